/**
 * What is hashed of one of our own EU certificates to revoke it: country of issue and identifier, in capitals, as the
 * bundle's list has it since the French one of 2021.
 *
 * @param uvci `URN:UVCI:01:FR:…`
 */
export const revocationNameOf = (country: string, uvci: string): string =>
  `${country}${uvci}`.toUpperCase()
