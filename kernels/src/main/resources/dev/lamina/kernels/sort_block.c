// sort_block: index [n] to pairs [2, n], keys and their places: each block of GROUP ascending by key, equal keys by
// place.
// A group takes one block at a time, an item one key: its rank is the number of keys before it. Bytes: index and
// pairs once; GROUP comparisons per key.
KERNEL sort_block(GLOBAL const int *RESTRICT index, int io, GLOBAL int *RESTRICT pairs, int po, int n) {
  SHARED int keys[GROUP];
  for (int block = GROUP_ID; block < (n + GROUP - 1) / GROUP; block += GROUPS) {
    const int start = block * GROUP, place = start + LOCAL_ID;
    const int count = n - start < GROUP ? n - start : GROUP;
    if (place < n) keys[LOCAL_ID] = index[io + place];
    SYNC;
    if (place < n) {
      const int key = keys[LOCAL_ID];
      int rank = 0;
      for (int j = 0; j < count; j++) rank += keys[j] < key || (keys[j] == key && j < LOCAL_ID);
      pairs[po + start + rank] = key;
      pairs[po + n + start + rank] = place;
    }
    SYNC;
  }
}
