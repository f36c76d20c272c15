package dev.carousel.spec;

/**
 * An operation on a layer, with one method for each kind, so that the compiler points here when a kind is added.
 *
 * <pre>{@code
 * long parameters = layer.accept(new LayerVisitor<Long>() { ... });
 * }</pre>
 *
 * <p>No method has a default, so that no kind is forgotten: an implementation handles all of them.
 *
 * @param <R> what comes of it
 */
public interface LayerVisitor<R> {

    /** Ids as one-hot vectors. */
    R oneHot(LayerSpec.OneHot layer);

    /** A vector for each id. */
    R embedding(LayerSpec.Embedding layer);

    /** Vectors for the columns that hold ids. */
    R columnEmbedding(ColumnEmbedding layer);

    /** A stack of recurrent layers. */
    R recurrent(LayerSpec.Recurrent layer);

    /** An affine map of each step. */
    R dense(LayerSpec.Dense layer);

    /** An affine map of each step by the table of an embedding. */
    R tiedDense(TiedDense layer);

    /** The logarithms of the probabilities of very many classes. */
    R adaptiveSoftmax(AdaptiveSoftmax layer);

    /** Layer normalisation. */
    R layerNorm(LayerNorm layer);

    /** An affine map of each number by itself. */
    R elementwiseAffine(ElementwiseAffine layer);

    /** The scores of a conditional random field behind those of tags. */
    R crfScores(CrfScores layer);

    /** A function of each number. */
    R elementwise(Parameterless.Elementwise layer);

    /** The softmax of each step. */
    R softmax(Parameterless.Softmax layer);

    /** The logarithm of the softmax of each step. */
    R logSoftmax(Parameterless.LogSoftmax layer);

    /** Dropout. */
    R drop(Parameterless.Drop layer);

    /** Dropout of whole words. */
    R dropWords(Parameterless.DropWords layer);

    /** A penalty on what passes through. */
    R activityPenalty(Parameterless.ActivityPenalty layer);

    /** The mean over steps. */
    R mean(Parameterless.Mean layer);

    /** The maximum over steps. */
    R max(Parameterless.Max layer);

    /** One step again and again. */
    R repeat(Parameterless.Repeat layer);

    /** A sequence's numbers in other steps. */
    R reshape(Reshape layer);

    /** Padding told by its numbers. */
    R masking(Parameterless.Masking layer);

    /** A network of networks: an encoder, a decoder, attention between them, and a head. */
    R encoderDecoder(EncoderDecoder layer);
}
