package dev.carousel.data.transcription;

/**
 * What a transcriber wrote of a sequence.
 *
 * @param greedy the labels of the most probable path
 * @param beam the most probable labels that the beam search found; the same as greedy where the beam is 1 wide
 * @param probability of the labels of the beam, from 0 to 1; a lower bound, since the beam drops paths, but of the greedy labels,
 *     where the beam is 1 wide, that of all their paths
 */
@SuppressWarnings("ArrayRecordComponent") // Compared by nobody; the ids are what scores are made of.
public record Transcript(int[] greedy, int[] beam, double probability) {}
