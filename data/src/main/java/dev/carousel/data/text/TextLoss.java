package dev.carousel.data.text;

/**
 * How well a text was predicted, in every measure that is in use.
 *
 * <pre>{@code
 * perplexity = exp(loss)             bits = loss / ln 2
 * bits a character = bits * units / characters
 * }</pre>
 *
 * <p>The bits a character or byte can be compared between networks that read characters, bytes and words, as long as no
 * word is unknown; the loss and the perplexity cannot.
 *
 * @param loss the mean over the units, in nats
 * @param units how many characters, bytes or words were predicted
 * @param characters how many characters these are
 * @param bytes how many bytes these are in UTF-8
 */
public record TextLoss(double loss, long units, long characters, long bytes) {

    /** The loss of a network on a part of a text, whose first unit is given and not predicted. */
    public static TextLoss of(double loss, TextData.Part part) {
        TextData.Part predicted = new TextData.Part(part.text(), Math.min(part.from() + 1, part.to()), part.to());
        return new TextLoss(loss, predicted.length(), predicted.characters(), predicted.bytes());
    }

    /** Among how many equally likely units one would have to guess as often as the network. */
    public double perplexity() {
        return Math.exp(loss);
    }

    /** Bits a unit. */
    public double bits() {
        return loss / Math.log(2);
    }

    /** Bits a character. */
    public double bitsPerCharacter() {
        return bits() * units / Math.max(1, characters);
    }

    /** Bits a byte. */
    public double bitsPerByte() {
        return bits() * units / Math.max(1, bytes);
    }
}
