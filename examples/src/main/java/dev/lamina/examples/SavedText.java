package dev.lamina.examples;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.lamina.DataException;
import dev.lamina.text.CharTokenizer;
import dev.lamina.text.Tokenizer;
import dev.lamina.train.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// A model of text in a folder: `model.json` says of which kind it is, `vocabulary.txt` holds its characters and
/// `model.safetensors` its parameters.
record SavedText(String kind, Tokenizer tokenizer, TextModel model) {
    private static final String KIND = "model.json";
    private static final String VOCABULARY = "vocabulary.txt";
    private static final String PARAMETERS = "model.safetensors";

    /// A fresh model for the characters of a text.
    static SavedText fresh(String kind, String text) {
        var tokenizer = CharTokenizer.train(text);
        return new SavedText(kind, tokenizer, TextModel.of(kind, tokenizer.size()));
    }

    /// @throws DataException if the folder cannot be written
    void save(Path folder) {
        try {
            Files.createDirectories(folder);
            JSON.std.write(Map.of("model", kind), folder.resolve(KIND).toFile());
        } catch (IOException e) {
            throw new DataException("cannot save the model in " + folder + ": " + e + "; choose another with --out", e);
        }
        tokenizer.save(folder.resolve(VOCABULARY));
        Weights.save(model, folder.resolve(PARAMETERS));
    }

    /// @throws DataException if there is no such model, or it is damaged
    static SavedText load(Path folder) {
        Path file = folder.resolve(KIND);
        if (!Files.exists(file))
            throw new DataException(
                    "there is no model in " + folder + " (no " + KIND + "); make one with: lamina train shakespeare");
        Object kind;
        try {
            kind = JSON.std.mapFrom(file.toFile()).get("model");
        } catch (IOException e) {
            throw new DataException(file + " is not the description of a model: " + e.getMessage(), e);
        }
        if (!(kind instanceof String name) || !TextModel.KINDS.contains(name))
            throw new DataException(file + ": the model must be one of " + TextModel.KINDS + ", got " + kind);
        Tokenizer tokenizer = Tokenizer.load(folder.resolve(VOCABULARY));
        var saved = new SavedText(name, tokenizer, TextModel.of(name, tokenizer.size()));
        Weights.load(saved.model, folder.resolve(PARAMETERS));
        return saved;
    }
}
