// Operands as they are written: numbers, lists, brackets.
#pragma once
#include <cctype>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

namespace cudasim {

inline uint64_t literal(const std::string &s) {
  if (s.size() > 2 && s[0] == '0' && strchr("fFdD", s[1])) return strtoull(s.c_str() + 2, nullptr, 16);
  return s[0] == '-' ? (uint64_t)strtoll(s.c_str(), nullptr, 0) : strtoull(s.c_str(), nullptr, 0);
}

inline std::string inner(const std::string &s) { return s.substr(1, s.size() - 2); }

inline std::vector<std::string> list(const std::string &braced) {
  if (braced[0] != '{') return {braced};
  std::vector<std::string> parts;
  std::string part;
  for (char c : inner(braced) + ",")
    if (c == ',') {
      parts.push_back(part);
      part.clear();
    } else if (!isspace((unsigned char)c))
      part += c;
  return parts;
}

}  // namespace cudasim
