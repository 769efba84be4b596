// scatter_sorted: x [before, picked, after] to y [before, size, after] of n elements: the sum of the slices with
// each index, in the order of their places. keys [picked] are the indices in ascending order, places [picked] where
// each of them stood.
// An item takes one element of y at a time: a binary search for its first pick, then its picks; bytes: x and y once,
// keys and places from the cache.
KERNEL scatter_sorted(GLOBAL const T *RESTRICT x, int xo, GLOBAL const int *keys, int ko, GLOBAL const int *places,
                      int po, GLOBAL T *RESTRICT y, int yo, int size, int picked, int after, int n) {
  for (int i = GLOBAL_ID; i < n; i += GLOBAL_SIZE) {
    const int k = i / after % size;
    GLOBAL const T *from = x + xo + i / after / size * picked * after + i % after;
    int first = 0, end = picked;
    while (first < end) {
      const int middle = (first + end) / 2;
      if (keys[ko + middle] < k) first = middle + 1;
      else end = middle;
    }
    SUM sum = 0;
    for (int p = first; p < picked && keys[ko + p] == k; p++) sum += (SUM)from[places[po + p] * after];
    y[yo + i] = (T)sum;
  }
}
