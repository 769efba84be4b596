// Settings by environment and call, and the list of faults as JSON lines.
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "machine.h"
#include "state.h"

namespace cudasim {

std::atomic<int> &stickyError();

namespace {

std::mutex lock;
std::string pending;
constexpr int MOST_FINDINGS = 20;
std::atomic<int> findings{0};

bool apply(Settings &s, const std::string &name, const std::string &v) {
  long n = atol(v.c_str());
  if (name == "race") s.race = n;
  else if (name == "lazy") s.lazy = n;
  else if (name == "count") s.count = n;
  else if (name == "mem") s.memory = n;
  else if (name == "devices") s.devices = n;
  else if (name == "sm") s.sm = n;
  else if (name == "driver") s.driver = n;
  else if (name == "threads") s.threads = n;
  else if (name == "ptx") s.ptx = atof(v.c_str());
  else if (name == "log") s.log = v;
  else if (name == "fail") {  // NAME:AFTER:TIMES
    char call[64] = "";
    long after = 0, times = 1;
    sscanf(v.c_str(), "%63[^:]:%ld:%ld", call, &after, &times);
    s.failName = call;
    s.failAfter = after;
    s.failTimes = times;
  } else return false;
  return true;
}

std::string place(Warp &w, const Code &c, int lane) {
  const Block &b = *w.block;
  const Launch &l = *b.launch;
  unsigned t = w.index * 32 + lane;
  char s[256];
  snprintf(s, sizeof s, ",\"kernel\":\"%s\",\"block\":[%u,%u,%u],\"thread\":[%u,%u,%u],\"line\":%d,\"source\":%d",
           l.program->name.c_str(), b.id[0], b.id[1], b.id[2], t % l.block[0], t / l.block[0] % l.block[1],
           t / l.block[0] / l.block[1], c.line, c.source);
  return s;
}

}  // namespace

Settings &settings() {
  static Settings *s = [] {
    auto *made = new Settings;
    for (const char *name : {"race", "lazy", "count", "mem", "devices", "sm", "driver", "threads", "ptx", "log", "fail"}) {
      std::string variable = "CUDASIM_";
      for (const char *p = name; *p; p++) variable += toupper(*p);
      if (const char *v = getenv(variable.c_str())) apply(*made, name, v);
    }
    return made;
  }();
  return *s;
}

std::string quoted(const std::string &text) {
  std::string s = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') s += '\\';
    s += c == '\n' ? ' ' : c;
  }
  return s + "\"";
}

void report(const std::string &json) {
  std::lock_guard<std::mutex> guard(lock);
  fprintf(stderr, "cudasim: %s\n", json.c_str());
  pending += json + "\n";
  if (settings().log.empty()) return;
  if (FILE *f = fopen(settings().log.c_str(), "a")) {
    fprintf(f, "%s\n", json.c_str());
    fclose(f);
  }
}

void finding(Warp &w, const Code &c, int lane, const std::string &kind, const std::string &what) {
  stickyError() = 719;
  if (findings++ < MOST_FINDINGS)
    report("{\"kind\":" + quoted(kind) + ",\"what\":" + quoted(what) + place(w, c, lane) + "}");
}

void fault(Warp &w, const Code &c, int lane, const std::string &kind, const std::string &what, int error) {
  stickyError() = error;
  report("{\"kind\":" + quoted(kind) + ",\"what\":" + quoted(what) + place(w, c, lane) + "}");
  throw Stopped();
}

}  // namespace cudasim

extern "C" {

/// Changes a setting at run time; 0 if there is one of this name.
__attribute__((visibility("default"))) int cudasim_set(const char *name, const char *value) {
  return cudasim::apply(cudasim::settings(), name, value) ? 0 : 1;
}

/// Bytes that are allocated on a device ("memory"), calls that launched ("launches"), or calls that still pass before
/// one fails ("fail").
__attribute__((visibility("default"))) long cudasim_query(const char *name, int device) {
  return name[0] == 'm'   ? (long)cudasim::bytesInUse(device)
         : name[0] == 'l' ? cudasim::launchesCalled()
                          : cudasim::settings().failAfter.load();
}

/// The faults since the last call, one JSON object a line; the length without the final 0.
__attribute__((visibility("default"))) long cudasim_faults(char *out, long size) {
  std::lock_guard<std::mutex> guard(cudasim::lock);
  long n = (long)cudasim::pending.size();
  if (n + 1 > size) return n;
  memcpy(out, cudasim::pending.c_str(), n + 1);
  cudasim::pending.clear();
  cudasim::findings = 0;
  return n;
}

/// For the simulated libraries: adds a fault.
__attribute__((visibility("default"))) void cudasim_report(const char *json) { cudasim::report(json); }

/// For the simulated libraries: 1 if one allocation holds all of these bytes.
__attribute__((visibility("default"))) int cudasim_accessible(uint64_t address, size_t bytes) {
  return cudasim::allocationOf(address, bytes) != nullptr;
}
}
