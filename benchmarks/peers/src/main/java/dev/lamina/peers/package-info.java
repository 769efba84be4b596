/// Lamina beside other engines: the same shapes in one run, in turns.
package dev.lamina.peers;
