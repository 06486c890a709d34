/** The bounds of the profile, in one place. docs/reference/continuity.md names each. */

/** A booklet lives a day at most: design.md, Cryptography. */
export const bookletHoursMax = 24

/** Numbers of one booklet. Ten times a pharmacy's record day; a larger one is a mistake. */
export const bookletMaximumMax = 2000

/**
 * How far the clocks of a counter, a verifier and the portal may be apart. A computer that sets its
 * clock by the network is within seconds; one that does not drifts by minutes in a month.
 */
export const clockSkewSecondsMax = 300

/**
 * How long a provisional certificate is accepted after it was issued. By then it is reconciled: no
 * rapid test served longer (72 h: décret n° 2021-1059 of 7 August 2021).
 */
export const provisionalHoursMax = 72

/** A counter certifies tests of its day; an older one is catch-up entry, which needs no booklet. */
export const samplingHoursMax = 24

/** After this long past a booklet's end its certificates reconcile, with a flag to operations. */
export const reconcileHoursMax = 72

/** A printed sheet of slips serves a quarter, then a new one is due. */
export const slipDaysMax = 92

/** Name of a site within a booklet or slip, in bytes of UTF-8. */
export const siteNameBytesMax = 40

/** Name of the authority within a booklet, in bytes of UTF-8. */
export const authorityBytesMax = 44

/** Kinds of test that one booklet permits. */
export const testTypesMax = 4

/** Text of a provisional certificate: a QR code of version 22-M, readable at 40 mm. */
export const provisionalCharactersMax = 1100

const secondMilliseconds = 1000
export const clockSkewMilliseconds = clockSkewSecondsMax * secondMilliseconds
