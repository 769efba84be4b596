// PTX text to its parts. Only what compilers emit for kernels is known; the rest is an error, never a guess.
#include "ptx.h"

#include <cctype>
#include <cstdlib>
#include <cstring>

namespace cudasim {

int typeBytes(const std::string &t, int line) {
  static const std::map<std::string, int> bytes = {
      {"pred", 1}, {"b8", 1},  {"u8", 1},  {"s8", 1},  {"b16", 2}, {"u16", 2}, {"s16", 2},   {"f16", 2},   {"bf16", 2},
      {"b32", 4},  {"u32", 4}, {"s32", 4}, {"f32", 4}, {"b64", 8}, {"u64", 8}, {"s64", 8},   {"f64", 8},   {"f16x2", 4},
      {"bf16x2", 4}, {"tf32", 4}};
  auto found = bytes.find(t);
  if (found == bytes.end()) throw PtxError(line, "type ." + t + " is not known");
  return found->second;
}

namespace {

std::string strip(const std::string &s) {
  size_t a = s.find_first_not_of(" \t\r\n"), b = s.find_last_not_of(" \t\r\n");
  return a == std::string::npos ? "" : s.substr(a, b - a + 1);
}

/// Splits at `at` outside of brackets.
std::vector<std::string> split(const std::string &s, char at) {
  std::vector<std::string> parts;
  std::string part;
  int depth = 0;
  for (char c : s) {
    depth += c == '{' || c == '[' || c == '(';
    depth -= c == '}' || c == ']' || c == ')';
    if (c == at && depth == 0) {
      parts.push_back(strip(part));
      part.clear();
    } else
      part += c;
  }
  if (!strip(part).empty() || !parts.empty()) parts.push_back(strip(part));
  return parts;
}

std::vector<std::string> words(const std::string &s) {
  std::vector<std::string> out;
  std::string w;
  for (char c : s + " ") {
    if (!isspace((unsigned char)c))
      w += c;
    else if (!w.empty()) {
      out.push_back(w);
      w.clear();
    }
  }
  return out;
}

class Parser {
 public:
  explicit Parser(const std::string &text) : text_(text) {}

  Module run() {
    while (skipSpace(), at_ < text_.size()) statement();
    if (module_.version == 0) throw PtxError(1, "no .version");
    return std::move(module_);
  }

 private:
  const std::string &text_;
  size_t at_ = 0;
  int line_ = 1;
  Module module_;
  Kernel *kernel_ = nullptr;
  int source_ = 0;
  std::vector<std::map<std::string, std::string>> scopes_;  // of blocks in a kernel: registers' names to unique ones
  int renamed_ = 0;

  char next() {
    if (text_[at_] == '\n') line_++;
    return text_[at_++];
  }

  void skipSpace() {
    while (at_ < text_.size()) {
      if (isspace((unsigned char)text_[at_]))
        next();
      else if (text_.compare(at_, 2, "//") == 0)
        while (at_ < text_.size() && text_[at_] != '\n') next();
      else if (text_.compare(at_, 2, "/*") == 0) {
        while (text_.compare(at_, 2, "*/") != 0 && at_ < text_.size()) next();
        at_ += 2;
      } else
        return;
    }
  }

  /// Text to the first of `ends`, which is consumed, outside of brackets of other kinds.
  std::string until(const char *ends, char *which = nullptr) {
    std::string s;
    int depth = 0;
    while (at_ < text_.size()) {
      if (text_.compare(at_, 2, "//") == 0) {
        while (at_ < text_.size() && text_[at_] != '\n') next();
        continue;
      }
      char c = text_[at_];
      if (depth == 0 && strchr(ends, c)) {
        next();
        if (which) *which = c;
        return s;
      }
      depth += c == '(' || c == '[' || c == '{';
      depth -= c == ')' || c == ']' || c == '}';
      s += next();
    }
    throw PtxError(line_, "the text ends inside \"" + strip(s).substr(0, 60) + "\"");
  }

  std::string lineEnd() {
    std::string s;
    while (at_ < text_.size() && text_[at_] != '\n') s += next();
    return s;
  }

  void statement() {
    int line = line_;
    if (text_[at_] == '}') {
      next();
      if (scopes_.empty())
        kernel_ = nullptr;
      else
        scopes_.pop_back();
      return;
    }
    if (text_[at_] == '{') {
      next();
      scopes_.emplace_back();
      return;
    }
    if (text_[at_] == '.') return directive(line);
    if (!kernel_) throw PtxError(line, "an instruction outside of a kernel");
    char end;
    size_t saved = at_;
    int savedLine = line_;
    std::string head = until(":;", &end);
    if (end == ':' && head.find_first_of(" \t.%,") == std::string::npos) {
      kernel_->labels[strip(head)] = kernel_->code.size();
      return;
    }
    at_ = saved;
    line_ = savedLine;
    instruction(until(";"), line);
  }

  /// Names of a block's own registers become unique ones.
  std::string unique(const std::string &s) const {
    if (scopes_.empty()) return s;
    std::string out;
    for (size_t i = 0; i < s.size();) {
      size_t e = i + 1;
      if (s[i] == '%')
        while (e < s.size() && (isalnum((unsigned char)s[e]) || s[e] == '_' || s[e] == '$')) e++;
      std::string word = s.substr(i, e - i);
      for (auto scope = scopes_.rbegin(); scope != scopes_.rend(); ++scope)
        if (scope->count(word)) {
          word = scope->at(word);
          break;
        }
      out += word;
      i = e;
    }
    return out;
  }

  void instruction(std::string s, int line) {
    Instruction i;
    i.line = line;
    i.source = source_;
    s = unique(strip(s));
    if (s[0] == '@') {
      size_t e = s.find_first_of(" \t");
      i.guard = s.substr(1, e - 1);
      i.negated = i.guard[0] == '!';
      if (i.negated) i.guard = i.guard.substr(1);
      s = strip(s.substr(e));
    }
    size_t e = s.find_first_of(" \t{[");
    for (auto &part : split(s.substr(0, e), '.')) {
      size_t colons = part.find("::");
      i.op.push_back(part.substr(0, colons));
    }
    if (e != std::string::npos) i.operands = split(strip(s.substr(e)), ',');
    kernel_->code.push_back(i);
  }

  void directive(int line) {
    size_t start = at_;
    std::string name;
    while (at_ < text_.size() && !isspace((unsigned char)text_[at_])) name += next();
    if (name == ".version") {
      module_.version = atof(lineEnd().c_str());
    } else if (name == ".target") {
      std::string t = strip(lineEnd());
      module_.target = atoi(t.c_str() + (t.rfind("sm_", 0) == 0 ? 3 : 0));
    } else if (name == ".address_size") {
      if (atoi(lineEnd().c_str()) != 64) throw PtxError(line, "addresses must have 64 bits");
    } else if (name == ".file") {
      auto w = words(lineEnd());
      size_t n = w.empty() ? 0 : atoi(w[0].c_str());
      if (module_.files.size() <= n) module_.files.resize(n + 1);
      if (w.size() > 1) module_.files[n] = w[1];
    } else if (name == ".loc") {
      auto w = words(lineEnd());
      if (w.size() > 1) source_ = atoi(w[1].c_str());
    } else if (name == ".section") {
      until("}");
    } else if (name == ".pragma") {
      until(";");
    } else if (name == ".visible" || name == ".extern" || name == ".weak" || name == ".common") {
      if (name == ".extern") throw PtxError(line, ".extern is not known");
    } else if (name == ".entry") {
      entry(line);
    } else if (name == ".maxntid" || name == ".reqntid") {
      throw PtxError(line, name + " outside of an entry");
    } else if (name == ".reg") {
      registers(line);
    } else if (name == ".global" || name == ".const" || name == ".shared" || name == ".local") {
      variable(name[1], line);
    } else {
      at_ = start;
      throw PtxError(line, "directive " + name + " is not known");
    }
  }

  void entry(int line) {
    module_.kernels.emplace_back();
    kernel_ = &module_.kernels.back();
    char end;
    kernel_->name = strip(until("({", &end));
    if (end == '(') {
      for (auto &p : split(until(")"), ',')) parameter(p, line);
      std::string rest = strip(until("{"));
      auto w = words(rest);
      for (size_t i = 0; i < w.size(); i++) {
        if (w[i] == ".maxntid" || w[i] == ".reqntid") {
          kernel_->maxThreads = 1;
          for (i++; i < w.size() && w[i][0] != '.'; i++) kernel_->maxThreads *= atoi(w[i].c_str());
          i--;
        } else if (w[i] == ".minnctapersm" || w[i] == ".maxnreg")
          i++;
        else
          throw PtxError(line, "directive " + w[i] + " is not known");
      }
    }
  }

  void parameter(const std::string &text, int line) {
    if (text.empty()) return;
    auto w = words(text);
    int align = 0;
    std::string type, name;
    for (size_t i = 0; i < w.size(); i++) {
      if (w[i] == ".align")
        align = atoi(w[++i].c_str());
      else if (w[i] == ".param" || w[i] == ".ptr")
        continue;
      else if (w[i] == ".global" || w[i] == ".shared" || w[i] == ".const")
        continue;
      else if (w[i][0] == '.')
        type = w[i].substr(1);
      else
        name = w[i];
    }
    int size = typeBytes(type, line);
    if (w[0] == ".param" && w.size() > 2 && w[2] == ".ptr") align = 0;  // of what it points to
    size_t bracket = name.find('[');
    if (bracket != std::string::npos) {
      if (align == 0) align = size;
      size *= atoi(name.c_str() + bracket + 1);
      name = name.substr(0, bracket);
    } else
      align = size;
    int at = (kernel_->parameterBytes + align - 1) / align * align;
    kernel_->parameters.push_back({name, at, size});
    kernel_->parameterBytes = at + size;
  }

  void registers(int line) {
    std::string s = strip(until(";"));
    size_t space = s.find_first_of(" \t");
    std::string type = s.substr(1, space - 1);
    typeBytes(type, line);
    for (auto name : split(s.substr(space), ',')) {
      size_t open = name.find('<');
      if (!scopes_.empty()) {
        if (open != std::string::npos) throw PtxError(line, "numbered registers of a block are not known");
        name = scopes_.back()[name] = name + "." + std::to_string(renamed_++);
      }
      if (open == std::string::npos) {
        kernel_->registers[name] = type;
        continue;
      }
      int n = atoi(name.c_str() + open + 1);
      for (int i = 0; i < n; i++) kernel_->registers[name.substr(0, open) + std::to_string(i)] = type;
    }
  }

  void variable(char space, int line) {
    std::string s = strip(until(";"));
    std::string declared = strip(s.substr(0, s.find('=')));
    Variable v{space, 0, 0, {}, 0};
    std::string type, name;
    auto w = words(declared);
    for (size_t i = 0; i < w.size(); i++) {
      if (w[i] == ".align")
        v.align = atoi(w[++i].c_str());
      else if (w[i][0] == '.')
        type = w[i].substr(1);
      else
        name += w[i];
    }
    int bytes = typeBytes(type, line);
    if (v.align == 0) v.align = bytes;
    v.size = bytes;
    size_t bracket = name.find('[');
    while (bracket != std::string::npos) {
      v.size *= atol(name.c_str() + bracket + 1);
      bracket = name.find('[', bracket + 1);
    }
    name = name.substr(0, name.find('['));
    if (s.find('=') != std::string::npos) fill(v, bytes, strip(s.substr(s.find('=') + 1)), type, line);
    if (!kernel_ || space == 'g' || space == 'c') {
      if (space == 's') throw PtxError(line, "shared variables of a module are not known");
      module_.variables[name] = v;
      return;
    }
    int &total = space == 's' ? kernel_->sharedBytes : kernel_->localBytes;
    v.at = (total + v.align - 1) / v.align * v.align;
    total = v.at + v.size;
    kernel_->variables[name] = v;
  }

  static void fill(Variable &v, int bytes, std::string text, const std::string &type, int line) {
    if (text[0] == '{') text = text.substr(1, text.rfind('}') - 1);
    v.content.resize(v.size);
    size_t at = 0;
    for (auto &e : split(text, ',')) {
      uint64_t bits;
      if (e.size() > 2 && e[0] == '0' && strchr("fFdD", e[1]))
        bits = strtoull(e.c_str() + 2, nullptr, 16);
      else if (e.empty() || !(isdigit((unsigned char)e[0]) || e[0] == '-'))
        throw PtxError(line, "initial value " + e + " of type " + type + " is not known");
      else
        bits = e[0] == '-' ? (uint64_t)strtoll(e.c_str(), nullptr, 0) : strtoull(e.c_str(), nullptr, 0);
      if (at + bytes > v.content.size()) throw PtxError(line, "too many initial values");
      memcpy(&v.content[at], &bits, bytes);
      at += bytes;
    }
  }
};

}  // namespace

Module parse(const std::string &text) { return Parser(text).run(); }

}  // namespace cudasim
