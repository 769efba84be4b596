/// Data sets, batches, loading in the background, and readers of common files.
package dev.lamina.data;
