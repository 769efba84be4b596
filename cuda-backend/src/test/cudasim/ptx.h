// A PTX module as text taken apart: what the parser hands to the decoder.
#pragma once
#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace cudasim {

/// What a module cannot be loaded for: unknown instructions, types or symbols, with the line of the text.
struct PtxError : std::runtime_error {
  PtxError(int line, const std::string &what) : std::runtime_error("line " + std::to_string(line) + ": " + what) {}
};

/// `@!%p1 add.f32 %f1, %f2, 0f3F800000;`
struct Instruction {
  int line = 0;        // of the PTX text
  int source = 0;      // of the C text, by the last .loc
  std::string guard;   // predicate register, empty for none
  bool negated = false;
  std::vector<std::string> op;        // add, f32
  std::vector<std::string> operands;  // as written; vectors keep their braces
};

/// A variable in global, const, shared or local memory.
struct Variable {
  char space;  // g c s l
  long align, size;
  std::vector<uint8_t> content;
  uint64_t at = 0;  // address (g, c) or offset (s, l)
};

struct Parameter {
  std::string name;
  int offset, size;
};

struct Kernel {
  std::string name;
  std::vector<Parameter> parameters;
  int parameterBytes = 0;
  std::map<std::string, std::string> registers;  // name -> type
  std::map<std::string, size_t> labels;          // -> index of the next instruction
  std::map<std::string, Variable> variables;     // shared and local ones
  std::vector<Instruction> code;
  int sharedBytes = 0, localBytes = 0, maxThreads = 0;
};

struct Module {
  double version = 0;
  int target = 0;
  std::vector<std::string> files;
  std::map<std::string, Variable> variables;
  std::vector<Kernel> kernels;
};

Module parse(const std::string &text);

/// Bytes of a PTX type such as `f32`; throws for one that is not known.
int typeBytes(const std::string &type, int line);

}  // namespace cudasim
