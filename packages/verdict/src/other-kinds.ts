/**
 * Codes of health that others issue and we do not verify, by their beginning: SMART Health Cards (`shc:/`), SMART Health
 * Links (`shlink:/`), New Zealand's pass (`NZCP:/`), Lithuania's opportunity pass (`LT1:`), the Dutch pass of the country alone
 * (`NL2:`), France's activity pass and exemption (`HCFR1:`, `EX1:`), and the identity of a health document (`IS01`).
 */
const otherKinds = /^(?:shc:\/|shlink:\/|nzcp:\/|(?:lt|nl|hcfr|ex)\d:|is\d{2})/i

/** Whether a text is a code of another kind, and no damaged one of ours. */
export const isOfAnotherKind = (text: string): boolean => otherKinds.test(text)
