/**
 * Opaque, decodable ids: a persisted counter in, a keyed permutation and a typed token out.
 *
 * <p>The idea, counter in and permutation out, comes from <a
 * href="https://pypi.org/project/permid64/">permid64</a>.
 */
@NullMarked
package dev.aftercommit.publicids;

import org.jspecify.annotations.NullMarked;
