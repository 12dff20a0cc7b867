package dev.aftercommit.publicids;

/**
 * What a token says to those who have the key.
 *
 * @param type what it is the id of
 * @param instance number of the instance that drew it; 0: numbered by the database itself
 * @param sequence which of that instance's ids it is, from 1
 */
public record DecodedId(IdType type, int instance, long sequence) {}
