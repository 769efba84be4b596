// Instructions as text to instructions that run: registers get places in a warp's file, constants become registers.
#include <cstring>

#include "arithmetic.h"
#include "memory_ops.h"
#include "operands.h"
#include "packing.h"
#include "warp_ops.h"

namespace cudasim {
namespace {

const char *SPECIALS[] = {"%tid.x",  "%tid.y",   "%tid.z",   "%ntid.x",   "%ntid.y",   "%ntid.z",   "%ctaid.x",
                          "%ctaid.y", "%ctaid.z", "%nctaid.x", "%nctaid.y", "%nctaid.z", "%laneid", "%warpid"};

class Decoder {
 public:
  Decoder(const Kernel &k, const std::map<std::string, Variable> &variables) : kernel_(k), variables_(variables) {}

  std::shared_ptr<Program> run() {
    p_->name = kernel_.name;
    p_->parameters = kernel_.parameters;
    p_->parameterBytes = kernel_.parameterBytes;
    p_->sharedBytes = kernel_.sharedBytes;
    p_->localBytes = kernel_.localBytes;
    p_->maxThreads = kernel_.maxThreads;
    space(64);  // offset 0 stands for none
    for (auto &r : kernel_.registers) places_[r.first] = space(32 * typeBytes(r.second, 0));
    std::vector<size_t> starts;
    for (auto &i : kernel_.code) {
      starts.push_back(p_->code.size());
      instruction(i);
    }
    starts.push_back(p_->code.size());
    add(Instruction()).flow = Flow::EXIT;
    for (auto &j : jumps_) {
      auto label = kernel_.labels.find(j.second.first);
      if (label == kernel_.labels.end()) throw PtxError(j.second.second, "label " + j.second.first + " is not known");
      p_->code[j.first].target = starts[label->second];
    }
    return p_;
  }

 private:
  const Kernel &kernel_;
  const std::map<std::string, Variable> &variables_;
  std::shared_ptr<Program> p_ = std::make_shared<Program>();
  std::map<std::string, uint32_t> places_;
  std::map<std::pair<uint64_t, int>, uint32_t> constants_;
  std::vector<std::pair<size_t, std::pair<std::string, int>>> jumps_;
  int line_ = 0;

  uint32_t space(uint32_t bytes) {
    uint32_t at = p_->registerBytes;
    p_->registerBytes += (bytes + 63) / 64 * 64;
    return at;
  }

  uint32_t constant(uint64_t bits, int bytes) {
    auto key = std::make_pair(bits, bytes);
    auto found = constants_.find(key);
    if (found != constants_.end()) return found->second;
    uint32_t at = space(32 * bytes);
    p_->constants.push_back({at, bits, bytes});
    return constants_[key] = at;
  }

  Code &add(const Instruction &i) {
    Code c;
    c.line = i.line;
    c.source = i.source;
    if (!i.guard.empty()) {
      c.guarded = true;
      c.negated = i.negated;
      c.guard = place(i.guard);
    }
    p_->code.push_back(c);
    return p_->code.back();
  }

  uint32_t place(const std::string &r) {
    auto found = places_.find(r);
    if (found == places_.end()) throw PtxError(line_, "register " + r + " is not declared");
    return found->second;
  }

  uint32_t target(const std::string &r) { return r == "_" ? space(256) : place(r); }

  uint64_t address(const std::string &name) {
    auto own = kernel_.variables.find(name);
    if (own != kernel_.variables.end()) return own->second.at;
    auto global = variables_.find(name);
    if (global == variables_.end()) throw PtxError(line_, "symbol " + name + " is not known");
    return global->second.at;
  }

  /// A register, a constant, a special register or an address as a register of `bytes`.
  uint32_t source(const std::string &s, int bytes) {
    if (s.empty()) throw PtxError(line_, "an operand is missing");
    if (s[0] == '%' || s[0] == '!') {
      if (places_.count(s)) return place(s);
      for (size_t i = 0; i < sizeof SPECIALS / sizeof *SPECIALS; i++)
        if (s == SPECIALS[i]) {
          if (!p_->specials[i]) p_->specials[i] = space(32 * 4);
          return p_->specials[i];
        }
      throw PtxError(line_, "register " + s + " is not known");
    }
    if (isdigit((unsigned char)s[0]) || s[0] == '-') return constant(literal(s), bytes);
    return constant(address(s), bytes);
  }

  /// `[%rd1+4]` to a register and what is added.
  void addressOperand(Code &c, uint32_t Code::*field, const std::string &s) {
    std::string a = inner(s);
    size_t plus = a.find('+', 1);
    std::string base = a.substr(0, plus);
    while (!base.empty() && isspace((unsigned char)base.back())) base.pop_back();
    if (plus != std::string::npos) c.offset = strtoll(a.c_str() + plus + 1, nullptr, 0);
    if (base[0] == '%') {
      auto type = kernel_.registers.find(base);
      if (type == kernel_.registers.end()) throw PtxError(line_, "register " + base + " is not declared");
      if (typeBytes(type->second, line_) == 8) {
        c.*field = place(base);
        return;
      }
      uint32_t wide = space(256), from = place(base);  // 32-bit addresses of shared memory
      Code extend = c;
      extend.run = arithmetic("cvt.u64.u32");
      extend.d = wide;
      extend.a = from;
      extend.offset = 0;
      Code keep = c;
      p_->code.back() = extend;
      p_->code.push_back(keep);
      p_->code.back().*field = wide;
      return;
    }
    c.*field = constant(isdigit((unsigned char)base[0]) ? literal(base) : address(base), 8);
  }

  [[noreturn]] void unknown(const Instruction &i) {
    std::string s;
    for (auto &o : i.op) s += (s.empty() ? "" : ".") + o;
    throw PtxError(i.line, "instruction " + s + " is not known");
  }

  static bool has(const Instruction &i, const std::string &m) {
    for (size_t k = 1; k < i.op.size(); k++)
      if (i.op[k] == m) return true;
    return false;
  }

  void instruction(const Instruction &i) {
    line_ = i.line;
    const std::string &op = i.op[0];
    if (op == "ld" || op == "ldu" || op == "st") return memory(i);
    if (op == "bra") {
      Code &c = add(i);
      c.flow = Flow::BRANCH;
      jumps_.push_back({p_->code.size() - 1, {i.operands[0], i.line}});
      return;
    }
    if (op == "ret" || op == "exit") {
      add(i).flow = Flow::EXIT;
      return;
    }
    if (op == "trap") {
      add(i).run = [](Warp &w, const Code &c, uint32_t m) {
        fault(w, c, __builtin_ctz(m), "trap", "the kernel executed trap", 719);
      };
      return;
    }
    if (op == "bar" || op == "barrier") {
      if (has(i, "warp")) return;  // lanes of a warp run in step
      if (!has(i, "sync") || i.operands.size() != 1 || i.operands[0] != "0") unknown(i);
      add(i).flow = Flow::BARRIER;
      return;
    }
    if (op == "membar" || op == "fence" || op == "prefetch" || op == "nanosleep") return;
    if (op == "cvta") return convertAddress(i);
    if (op == "atom" || op == "red") return atomicOp(i);
    if (op == "cp") return asyncOp(i);
    if (op == "mma" || op == "ldmatrix") return matrix(i);
    if (op == "shfl" || op == "vote") return exchange(i);
    if (op == "mov" && (i.operands[0][0] == '{' || i.operands[1][0] == '{')) return pack(i);
    if (op == "bfi" || op == "bfe" || op == "prmt" || op == "lop3") return fields(i);
    if (op == "setp") return compare(i);
    plain(i);
  }

  /// The name under which the arithmetic is kept: without `.ftz` where that is the same, `.uni` and the like.
  std::string name(const Instruction &i) {
    std::string n = i.op[0];
    for (size_t k = 1; k < i.op.size(); k++) n += "." + i.op[k];
    return n;
  }

  void plain(const Instruction &i) {
    Run run = arithmetic(name(i));
    if (!run) unknown(i);
    Code &c = add(i);
    c.run = run;
    const std::string &type = i.op.back();
    int bytes = typeBytes(type, i.line);
    c.d = target(i.operands[0]);
    uint32_t *in[] = {&c.a, &c.b, &c.c};
    bool shift = i.op[0] == "shl" || i.op[0] == "shr";
    for (size_t k = 1; k < i.operands.size(); k++) {
      int size = (shift && k == 2) || (i.op[0] == "shf" && k == 3) ? 4 : has(i, "wide") && k == 3 ? 2 * bytes : bytes;
      uint32_t at = i.op[0] == "selp" && k == 3 ? place(i.operands[k]) : source(i.operands[k], size);
      *in[k - 1] = at;
    }
    if (type == "f32" && (i.op[0] == "add" || i.op[0] == "sub" || i.op[0] == "mul")) c.flops = 1;
    if (type == "f32" && i.op[0] == "fma") c.flops = 2;
  }

  void compare(const Instruction &i) {
    Run run = arithmetic("setp." + i.op[1] + "." + i.op.back());
    if (!run) unknown(i);
    Code &c = add(i);
    c.run = run;
    int bytes = typeBytes(i.op.back(), i.line);
    size_t bar = i.operands[0].find('|');
    c.d = place(i.operands[0].substr(0, bar));
    if (bar != std::string::npos) {
      c.v[0] = place(i.operands[0].substr(bar + 1));
      c.offset = 8;
    }
    c.a = source(i.operands[1], bytes);
    c.b = source(i.operands[2], bytes);
    c.offset |= has(i, "and") ? 1 : has(i, "or") ? 2 : has(i, "xor") ? 3 : 0;
    if (c.offset & 7) c.c = place(i.operands[3]);
  }

  char spaceOf(const Instruction &i) {
    return has(i, "param") ? 'p' : has(i, "global") ? 'g' : has(i, "shared") ? 's' : has(i, "local") ? 'l'
           : has(i, "const") ? 'g' : 'x';
  }

  void memory(const Instruction &i) {
    bool store = i.op[0] == "st";
    char space = spaceOf(i);
    int bytes = typeBytes(i.op.back(), i.line);
    auto elements = list(i.operands[store ? 1 : 0]);
    const std::string &at = i.operands[store ? 0 : 1];
    Code &first = add(i);
    if (space == 'p') {
      std::string a = inner(at);
      size_t plus = a.find('+');
      std::string base = a.substr(0, plus);
      int64_t offset = plus == std::string::npos ? 0 : atoi(a.c_str() + plus + 1);
      bool found = false;
      for (auto &p : kernel_.parameters)
        if (p.name == base) offset += p.offset, found = true;
      if (!found) throw PtxError(i.line, "parameter " + base + " is not known");
      first.offset = offset;
    } else
      addressOperand(first, &Code::a, at);
    Code &c = p_->code.back();
    c.run = loadOrStore(store, space, bytes);
    c.c = elements.size();
    c.width = bytes;
    c.sign = i.op.back()[0] == 's';
    auto declared = kernel_.registers.find(elements[0]);
    if (declared != kernel_.registers.end()) c.width = typeBytes(declared->second, i.line);
    for (size_t k = 0; k < elements.size(); k++) c.v[k] = store ? source(elements[k], bytes) : target(elements[k]);
    if (!c.run || elements.size() > 4) unknown(i);
  }

  void convertAddress(const Instruction &i) {
    uint64_t window = has(i, "shared") ? SHARED_WINDOW : has(i, "local") ? LOCAL_WINDOW : 0;
    Code &c = add(i);
    c.run = arithmetic(has(i, "to") ? "sub.u64" : "add.u64");
    c.d = place(i.operands[0]);
    c.a = source(i.operands[1], 8);
    c.b = constant(window, 8);
  }

  void atomicOp(const Instruction &i) {
    bool returns = i.op[0] == "atom";
    std::string operation;
    for (std::string o : {"add", "exch", "min", "max", "and", "or", "xor", "cas"})
      if (has(i, o)) operation = o;
    int bytes = typeBytes(i.op.back(), i.line);
    Code &first = add(i);
    addressOperand(first, &Code::a, i.operands[returns]);
    Code &c = p_->code.back();
    c.run = atomic(operation, i.op.back(), spaceOf(i));
    if (!c.run) unknown(i);
    c.d = returns ? target(i.operands[0]) : space(256);
    c.b = source(i.operands[returns + 1], bytes);
    if (operation == "cas") c.c = source(i.operands[returns + 2], bytes);
  }

  void asyncOp(const Instruction &i) {
    if (!has(i, "async")) unknown(i);
    if (has(i, "commit_group")) {
      add(i).run = asyncCommit();
    } else if (has(i, "wait_group") || has(i, "wait_all")) {
      Code &c = add(i);
      c.run = asyncWait();
      c.offset = has(i, "wait_all") ? -1 : atoi(i.operands[0].c_str());
    } else if (has(i, "ca") || has(i, "cg")) {
      Code &to = add(i);
      addressOperand(to, &Code::d, i.operands[0]);
      Code &c = p_->code.back();
      if (c.offset) unknown(i);
      uint32_t shared = c.d;
      addressOperand(c, &Code::a, i.operands[1]);
      Code &done = p_->code.back();
      done.d = shared;
      if (done.offset) unknown(i);
      done.offset = atoi(i.operands[2].c_str());
      done.b = i.operands.size() > 3 ? source(i.operands[3], 4) : 0;
      done.run = asyncCopy();
    } else
      unknown(i);
  }

  void matrix(const Instruction &i) {
    if (i.op[0] == "ldmatrix") {
      auto registers = list(i.operands[0]);
      Code &c = add(i);
      addressOperand(c, &Code::a, i.operands[1]);
      Code &done = p_->code.back();
      done.run = ldmatrix(registers.size(), has(i, "trans"));
      for (size_t k = 0; k < registers.size(); k++) done.v[k] = place(registers[k]);
      return;
    }
    std::string type = has(i, "tf32") ? "tf32" : has(i, "bf16") ? "bf16" : has(i, "f16") ? "f16" : "";
    bool shape = type == "tf32" ? has(i, "m16n8k8") : has(i, "m16n8k16");
    if (type.empty() || !shape || !has(i, "row") || !has(i, "col")) unknown(i);
    // Its many operands lie in codes behind it, which do nothing themselves.
    add(i).run = mma(type);
    for (int k = 0; k < 4; k++) {
      Code &c = add(i);
      c.run = [](Warp &, const Code &, uint32_t) {};
      auto registers = list(i.operands[k]);
      for (size_t r = 0; r < registers.size(); r++) c.v[r] = source(registers[r], 4);
    }
  }

  void exchange(const Instruction &i) {
    Code &c = add(i);
    if (i.op[0] == "vote") {
      c.run = vote(has(i, "all") ? "all" : has(i, "any") ? "any" : has(i, "ballot") ? "ballot" : "");
      c.d = place(i.operands[0]);
      c.negated = c.negated && c.guarded;
      bool negative = i.operands[1][0] == '!';
      c.offset = negative;
      c.a = place(i.operands[1].substr(negative));
    } else {
      std::string mode;
      for (std::string m : {"up", "down", "bfly", "idx"})
        if (has(i, m)) mode = m;
      size_t bar = i.operands[0].find('|');
      c.run = shuffle(mode);
      c.d = place(i.operands[0].substr(0, bar));
      if (bar != std::string::npos) c.v[0] = place(i.operands[0].substr(bar + 1));
      c.a = source(i.operands[1], 4);
      c.b = source(i.operands[2], 4);
      c.c = source(i.operands[3], 4);
    }
    if (!c.run) unknown(i);
  }

  /// mov.b64 {a, b}, c and its reverse, also with 16-bit halves.
  void pack(const Instruction &i) {
    bool apart = i.operands[0][0] == '{';
    auto parts = list(i.operands[apart ? 0 : 1]);
    int bytes = typeBytes(i.op.back(), i.line) / parts.size();
    Code &c = add(i);
    c.offset = bytes;
    c.c = parts.size();
    for (size_t k = 0; k < parts.size(); k++) c.v[k] = apart ? target(parts[k]) : source(parts[k], bytes);
    if (apart)
      c.a = source(i.operands[1], bytes * parts.size());
    else
      c.d = place(i.operands[0]);
    c.run = packing(apart);
  }

  void fields(const Instruction &i) {
    if (name(i) != "bfi.b32" && name(i) != "bfi.b64") unknown(i);
    int bytes = typeBytes(i.op.back(), i.line);
    Code &c = add(i);
    c.d = place(i.operands[0]);
    c.a = source(i.operands[1], bytes);
    c.b = source(i.operands[2], bytes);
    c.c = source(i.operands[3], 4);
    c.v[0] = source(i.operands[4], 4);
    c.run = fieldInsert(bytes);
  }
};

}  // namespace

std::shared_ptr<Program> decode(const Kernel &kernel, const std::map<std::string, Variable> &variables) {
  return Decoder(kernel, variables).run();
}

}  // namespace cudasim
