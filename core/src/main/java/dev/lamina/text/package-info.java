/// Text as numbers and back: tokenisers, corpora for language models, and the search for the best
/// continuation.
package dev.lamina.text;
