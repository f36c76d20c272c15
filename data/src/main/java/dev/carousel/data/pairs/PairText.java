package dev.carousel.data.pairs;

import java.util.List;

/**
 * What was written for an input.
 *
 * @param text what the search wrote
 * @param greedy what the best unit of each step gives; the same where the beam is 1 wide
 * @param probability of the text, its end included, from 0 to 1
 * @param ended whether the search found a text that ends; if not, this is the beginning of an endless one
 * @param inputUnits the input, cut into units
 * @param outputUnits the text, cut into units
 * @param attention where the network looked as it wrote each unit of the text, and last its end if it has one: a share for each unit
 *     of the input; empty arrays if the network has no attention or the writer was not asked for it ({@link PairWriter#withAttention})
 */
@SuppressWarnings("ArrayRecordComponent") // Compared by nobody; a picture is made of it.
public record PairText(
        String text,
        String greedy,
        double probability,
        boolean ended,
        List<String> inputUnits,
        List<String> outputUnits,
        float[][] attention) {}
