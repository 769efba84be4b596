package dev.lamina.cpu;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.INIT_NAME;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.AccessFlag;
import java.util.Collections;
import java.util.function.Consumer;

/// Bytecode that calls the Vector API, in hidden classes of this package.
final class VectorCode {
    static final ClassDesc FLOATS = CD_float.arrayType();
    static final ClassDesc INTS = CD_int.arrayType();
    private static final ClassDesc VECTOR = ClassDesc.of("jdk.incubator.vector.FloatVector");
    private static final ClassDesc ANY_VECTOR = ClassDesc.of("jdk.incubator.vector.Vector");
    private static final ClassDesc SPECIES = ClassDesc.of("jdk.incubator.vector.VectorSpecies");
    private static final ClassDesc MASK = ClassDesc.of("jdk.incubator.vector.VectorMask");
    private static final ClassDesc OPERATORS = ClassDesc.of("jdk.incubator.vector.VectorOperators");
    private static final ClassDesc COMPARISON = OPERATORS.nested("Comparison");
    private static final MethodTypeDesc NOTHING = MethodTypeDesc.of(CD_void);

    final CodeBuilder code;

    VectorCode(CodeBuilder code) {
        this.code = code;
    }

    /// An instance of a new class.
    ///
    /// @param type an interface of this package
    static <T> T instance(Class<T> type, String name, Consumer<ClassBuilder> methods) {
        try {
            var made = define(name, c -> {
                c.withInterfaceSymbols(here(type.getSimpleName()));
                c.withMethodBody(
                        INIT_NAME,
                        NOTHING,
                        0,
                        code -> code.aload(0)
                                .invokespecial(CD_Object, INIT_NAME, NOTHING)
                                .return_());
                methods.accept(c);
            });
            var constructor = made.findConstructor(made.lookupClass(), MethodType.methodType(void.class));
            return type.cast(constructor.invoke());
        } catch (Throwable e) {
            throw new IllegalStateException("the code of " + name, e);
        }
    }

    /// A static method in a class of its own.
    static MethodHandle function(String name, MethodType type, Consumer<CodeBuilder> body) {
        try {
            var made = define(
                    name,
                    c -> c.withMethodBody(
                            "run", type.describeConstable().orElseThrow(), ClassFile.ACC_STATIC, body::accept));
            return made.findStatic(made.lookupClass(), "run", type);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("the code of " + name, e);
        }
    }

    private static MethodHandles.Lookup define(String name, Consumer<ClassBuilder> content)
            throws IllegalAccessException {
        byte[] bytes = ClassFile.of().build(here(name), c -> content.accept(c.withFlags(AccessFlag.FINAL)));
        return MethodHandles.lookup().defineHiddenClass(bytes, true);
    }

    /// A class of this package.
    static ClassDesc here(String name) {
        return ClassDesc.of(VectorCode.class.getPackageName(), name);
    }

    /// Takes what lies on the stack into a new variable.
    int keep(TypeKind type) {
        int slot = code.allocateLocal(type);
        code.storeLocal(type, slot);
        return slot;
    }

    /// The vector of `array` that begins at the index which `index` puts on the stack.
    void load(int array, Runnable index) {
        species();
        code.aload(array);
        index.run();
        code.invokestatic(VECTOR, "fromArray", MethodTypeDesc.of(VECTOR, SPECIES, FLOATS, CD_int));
    }

    void store(int vector, int array, Runnable index) {
        code.aload(vector).aload(array);
        index.run();
        code.invokevirtual(VECTOR, "intoArray", MethodTypeDesc.of(CD_void, FLOATS, CD_int));
    }

    /// All lanes the element of `array` at the index which `index` puts on the stack.
    void broadcast(int array, Runnable index) {
        species();
        code.aload(array);
        index.run();
        code.faload().invokestatic(VECTOR, "broadcast", MethodTypeDesc.of(VECTOR, SPECIES, CD_float));
    }

    void zero() {
        species();
        code.invokestatic(VECTOR, "zero", MethodTypeDesc.of(VECTOR, SPECIES));
    }

    /// `x * y + z`.
    void fma(int x, int y, int z) {
        code.aload(x).aload(y).aload(z);
        code.invokevirtual(VECTOR, "fma", MethodTypeDesc.of(VECTOR, ANY_VECTOR, ANY_VECTOR));
    }

    /// `x.name()` of the vector on the stack.
    void unary(String name) {
        code.invokevirtual(VECTOR, name, MethodTypeDesc.of(VECTOR));
    }

    /// `x.name(y)` of the two vectors on the stack.
    void binary(String name) {
        code.invokevirtual(VECTOR, name, MethodTypeDesc.of(VECTOR, ANY_VECTOR));
    }

    /// `type.name(...)`, a function of vectors in a class of this package.
    void function(String type, String name, int arguments) {
        code.invokestatic(here(type), name, MethodTypeDesc.of(VECTOR, Collections.nCopies(arguments, VECTOR)));
    }

    /// `type.name(x)`, which is true or false.
    void test(String type, String name) {
        code.invokestatic(here(type), name, MethodTypeDesc.of(CD_boolean, VECTOR));
    }

    /// The mask of lanes in which the vector x and the one that `y` puts on the stack compare.
    ///
    /// @param comparison a constant of `VectorOperators`
    void compare(int x, String comparison, Runnable y) {
        code.aload(x).getstatic(OPERATORS, comparison, COMPARISON);
        y.run();
        code.invokevirtual(VECTOR, "compare", MethodTypeDesc.of(MASK, COMPARISON, ANY_VECTOR));
    }

    /// `x.blend(y, mask)`: y where the mask is set.
    void blend() {
        code.invokevirtual(VECTOR, "blend", MethodTypeDesc.of(VECTOR, ANY_VECTOR, MASK));
    }

    /// `x.blend(number, mask)`.
    void blendNumber() {
        code.invokevirtual(VECTOR, "blend", MethodTypeDesc.of(VECTOR, CD_float, MASK));
    }

    private void species() {
        code.getstatic(VECTOR, "SPECIES_PREFERRED", SPECIES);
    }
}
