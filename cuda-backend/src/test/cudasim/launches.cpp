// Modules, functions, launches, graphs of launches, and the counters of what they did.
#include <cstring>

#include "driver.h"

namespace cudasim {

static std::map<std::string, Counters> counted;
static std::atomic<long> launchCalls{0};

long launchesCalled() { return launchCalls; }

int launch(Function *f, const unsigned grid[3], const unsigned block[3], unsigned sharedBytes, void *stream,
           void **params, void **extra) {
  const Program &p = *f->program;
  uint64_t threads = (uint64_t)block[0] * block[1] * block[2];
  if (!threads || !grid[0] || !grid[1] || !grid[2] || threads > 1024 || block[2] > 64 || grid[1] > 65535 ||
      grid[2] > 65535 || (p.maxThreads && threads > (uint64_t)p.maxThreads) || p.sharedBytes > 48 << 10 ||
      sharedBytes > (unsigned)f->dynamicShared)
    return INVALID_VALUE;
  if (!p.parameters.empty() && !params && !extra) return INVALID_VALUE;
  auto l = std::make_shared<Launch>();
  l->program = f->program;
  memcpy(l->grid, grid, sizeof l->grid);
  memcpy(l->block, block, sizeof l->block);
  l->dynamicShared = sharedBytes;
  l->parameters.resize(p.parameterBytes + 16);
  if (params)
    for (size_t i = 0; i < p.parameters.size(); i++)
      memcpy(&l->parameters[p.parameters[i].offset], params[i], p.parameters[i].size);
  else
    for (int i = 0; extra && extra[i]; i += 2)
      if (extra[i] == (void *)1) memcpy(l->parameters.data(), extra[i + 1], p.parameterBytes);
  post(stream, [l] {
    static uint64_t number = 0;
    if (stickyError()) return;
    l->number = ++number;
    l->race = settings().race;
    l->count = settings().count;
    Counters c;
    execute(*l, c);
    if (!l->count) return;
    std::string key = l->program->name + " " + std::to_string(l->grid[0]) + "x" + std::to_string(l->block[0]);
    counted[key].add(c);
  });
  return SUCCESS;
}

static int load(LoadedModule **out, const char *text) {
  auto m = std::make_unique<LoadedModule>();
  try {
    m->parsed = parse(text);
    if (m->parsed.version > settings().ptx) return UNSUPPORTED_PTX;
    if (m->parsed.target > settings().sm) return 209;  // no binary for this device
    for (auto &v : m->parsed.variables) {
      v.second.at = cudasim::allocate(v.second.size, currentContext()->device);
      if (!v.second.at) return OUT_OF_MEMORY;
      memset((void *)v.second.at, 0, v.second.size);
      if (!v.second.content.empty()) memcpy((void *)v.second.at, v.second.content.data(), v.second.content.size());
    }
    for (auto &k : m->parsed.kernels) m->functions[k.name] = {decode(k, m->parsed.variables), m.get()};
  } catch (const PtxError &e) {
    report("{\"kind\":\"ptx\",\"what\":" + quoted(e.what()) + "}");
    return INVALID_PTX;
  }
  *out = m.release();
  return SUCCESS;
}

struct GraphNode {
  Function *function;
  unsigned grid[3], block[3], shared;
  std::vector<std::vector<uint8_t>> params;
};

struct Graph {
  std::vector<std::unique_ptr<GraphNode>> nodes;
};

/// As in the driver's header, second version.
struct KernelNodeParams {
  Function *function;
  unsigned grid[3], block[3], shared;
  void **params, **extra;
  void *kernel, *context;
};

static void assign(GraphNode &n, const KernelNodeParams &p) {
  n.function = p.function;
  memcpy(n.grid, p.grid, sizeof n.grid);
  memcpy(n.block, p.block, sizeof n.block);
  n.shared = p.shared;
  n.params.clear();
  auto &parameters = p.function->program->parameters;
  for (size_t i = 0; i < parameters.size(); i++) {
    auto *from = (const uint8_t *)p.params[i];
    n.params.emplace_back(from, from + parameters[i].size);
  }
}

/// Nodes of the graph to those of what was instantiated, by place.
struct Executable {
  Graph *of;
  Graph own;
};

}  // namespace cudasim

using namespace cudasim;

API cuModuleLoadData(LoadedModule **m, const void *image) {
  CALL("cuModuleLoadData");
  return load(m, (const char *)image);
}

API cuModuleLoadDataEx(LoadedModule **m, const void *image, unsigned, int *, void **) {
  CALL("cuModuleLoadData");
  return load(m, (const char *)image);
}

API cuModuleUnload(LoadedModule *m) {
  CALL("cuModuleUnload");
  drainAll();
  for (auto &v : m->parsed.variables) cudasim::release(v.second.at);
  delete m;
  return SUCCESS;
}

API cuModuleGetFunction(Function **f, LoadedModule *m, const char *name) {
  CALL("cuModuleGetFunction");
  auto found = m->functions.find(name);
  if (found == m->functions.end()) return NOT_FOUND;
  *f = &found->second;
  return SUCCESS;
}

API cuModuleGetGlobal_v2(uint64_t *p, size_t *n, LoadedModule *m, const char *name) {
  CALL("cuModuleGetGlobal");
  auto found = m->parsed.variables.find(name);
  if (found == m->parsed.variables.end()) return NOT_FOUND;
  if (p) *p = found->second.at;
  if (n) *n = found->second.size;
  return SUCCESS;
}

API cuFuncGetAttribute(int *v, int a, Function *f) {
  const Program &p = *f->program;
  *v = a == 0 ? (p.maxThreads ? p.maxThreads : 1024) : a == 1 ? p.sharedBytes : a == 3 ? p.localBytes : a == 4 ? 32 : 0;
  return SUCCESS;
}

API cuFuncSetAttribute(Function *f, int a, int v) {
  if (a != 8) return SUCCESS;
  if (v > 99 << 10) return INVALID_VALUE;
  f->dynamicShared = v;
  return SUCCESS;
}

API cuFuncSetCacheConfig(Function *, int) { return SUCCESS; }

API cuOccupancyMaxActiveBlocksPerMultiprocessor(int *n, Function *, int block, size_t) {
  *n = 2048 / block;
  return SUCCESS;
}

API cuLaunchKernel(Function *f, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by, unsigned bz,
                   unsigned shared, void *stream, void **params, void **extra) {
  CALL("cuLaunchKernel");
  launchCalls++;
  unsigned grid[] = {gx, gy, gz}, block[] = {bx, by, bz};
  return launch(f, grid, block, shared, stream, params, extra);
}

// ---- graphs of kernels in a row ----

API cuGraphCreate(Graph **g, unsigned) {
  CALL("cuGraphCreate");
  *g = new Graph;
  return SUCCESS;
}

API cuGraphAddKernelNode_v2(GraphNode **n, Graph *g, GraphNode *const *before, size_t count,
                            const KernelNodeParams *p) {
  CALL("cuGraphAddKernelNode");
  bool follows = g->nodes.empty() ? count == 0 : count == 1 && before[0] == g->nodes.back().get();
  if (!follows) {
    report("{\"kind\":\"graph\",\"what\":\"only graphs whose kernels follow each other are simulated\"}");
    return NOT_SUPPORTED;
  }
  g->nodes.push_back(std::make_unique<GraphNode>());
  assign(*g->nodes.back(), *p);
  *n = g->nodes.back().get();
  return SUCCESS;
}

API cuGraphInstantiateWithFlags(Executable **e, Graph *g, unsigned long long) {
  CALL("cuGraphInstantiate");
  *e = new Executable{g, {}};
  for (auto &n : g->nodes) (*e)->own.nodes.push_back(std::make_unique<GraphNode>(*n));
  return SUCCESS;
}

API cuGraphExecKernelNodeSetParams_v2(Executable *e, GraphNode *n, const KernelNodeParams *p) {
  CALL("cuGraphExecKernelNodeSetParams");
  for (size_t i = 0; i < e->of->nodes.size(); i++)
    if (e->of->nodes[i].get() == n) {
      if (e->own.nodes[i]->function->module != p->function->module) return INVALID_VALUE;
      assign(*e->own.nodes[i], *p);
      return SUCCESS;
    }
  return INVALID_VALUE;
}

API cuGraphLaunch(Executable *e, void *stream) {
  CALL("cuGraphLaunch");
  launchCalls++;
  for (auto &n : e->own.nodes) {
    std::vector<void *> params;
    for (auto &p : n->params) params.push_back(p.data());
    int error = launch(n->function, n->grid, n->block, n->shared, stream, params.data(), nullptr);
    if (error) return error;
  }
  return SUCCESS;
}

API cuGraphExecDestroy(Executable *e) {
  delete e;
  return SUCCESS;
}

API cuGraphDestroy(Graph *g) {
  delete g;
  return SUCCESS;
}

// ---- counters ----

/// What was counted since the last call, as a JSON object by kernel and grid; its length without the final 0.
extern "C" __attribute__((visibility("default"))) long cudasim_counters(char *out, long size) {
  std::lock_guard<std::recursive_mutex> guard(driverLock());
  std::string s = "{";
  for (auto &k : counted) {
    const Counters &c = k.second;
    auto field = [&](const char *name, uint64_t v) { s += std::string(",\"") + name + "\":" + std::to_string(v); };
    s += (s.size() > 1 ? "," : "") + quoted(k.first) + ":{\"launches\":" + std::to_string(c.launches);
    field("instructions", c.instructions);
    field("fp32", c.fp32);
    field("tf32", c.tf32);
    field("bf16", c.bf16);
    field("load_sectors", c.loadSectors);
    field("load_bytes", c.loadBytes);
    field("store_sectors", c.storeSectors);
    field("store_bytes", c.storeBytes);
    field("distinct_sectors", c.distinctSectors);
    field("shared_accesses", c.sharedAccesses);
    field("shared_passes", c.sharedPasses);
    s += ",\"conflicts\":{";
    bool first = true;
    for (auto &line : c.conflicts)
      if (line.second.second) {
        s += (first ? "\"" : ",\"") + std::to_string(line.first) + "\":[" + std::to_string(line.second.first) + "," +
             std::to_string(line.second.second) + "]";
        first = false;
      }
    s += "}}";
  }
  s += "}";
  if ((long)s.size() + 1 > size) return s.size();
  memcpy(out, s.c_str(), s.size() + 1);
  counted.clear();
  return s.size();
}
