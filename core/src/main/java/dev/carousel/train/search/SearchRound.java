package dev.carousel.train.search;

/**
 * A round of a search that begins: the only one, or with successive halving one of several.
 *
 * @param number which round it is, from 1
 * @param of how many rounds there are
 * @param trials how many settings are tried
 * @param epochs for how many epochs each is trained
 * @param missing how many of its trainings are still to be made; the others were given to the search
 */
public record SearchRound(int number, int of, int trials, int epochs, int missing) {}
