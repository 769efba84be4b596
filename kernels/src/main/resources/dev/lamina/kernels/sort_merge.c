// sort_merge: merges neighbouring runs of `run` sorted keys, pairs at `from` [2, n] to pairs at `to` [2, n], keys
// and their places; equal keys of the left run come first.
// An item takes one key at a time: its place is its rank in both runs, by binary search; bytes: pairs in and out
// once, the searches from the cache.
KERNEL sort_merge(GLOBAL int *pairs, int from, int to, int n, int run) {
  for (int i = GLOBAL_ID; i < n; i += GLOBAL_SIZE) {
    const int key = pairs[from + i];
    const int mine = i / run, right = mine % 2;
    const int other = (right ? mine - 1 : mine + 1) * run;
    int low = 0, high = other >= n ? 0 : n - other < run ? n - other : run;
    while (low < high) {
      const int middle = (low + high) / 2, k = pairs[from + other + middle];
      if (k < key || (right && k == key)) low = middle + 1;
      else high = middle;
    }
    const int at = (right ? other : mine * run) + i % run + low;
    pairs[to + at] = key;
    pairs[to + n + at] = pairs[from + n + i];
  }
}
