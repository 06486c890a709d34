/**
 * What the signatures of one screening cost by themselves: two made and two checked, ECDSA P-256 by Node's crypto on one
 * core. Both certificates of a screening are signed and read back, so nothing that keeps that promise costs less; beside it
 * a screening's own processor time says the same on a fast machine and a slow one.
 */
import { generateKeyPairSync, randomBytes, sign, verify } from 'node:crypto'
import { median, rounded } from './statistics.ts'

/** As long as what is signed of a certificate. */
const signedBytes = 350
const roundsCount = 15
const screeningsPerRound = 60
/** Compilers and caches settle in these; they are not counted. */
const warmUpRounds = 3

/** Processor milliseconds of two signatures and two verifications: the median of rounds, some 300 ms in all. */
export const measureRawCrypto = (): number => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const bytes = randomBytes(signedBytes)
  // The keys themselves, without options beside them: the least that Node makes of it.
  const once = (): void => {
    const signature = sign('sha256', bytes, privateKey)
    if (!verify('sha256', bytes, publicKey, signature))
      throw new Error('a signature is not its own')
  }
  const round = (): number => {
    const before = process.cpuUsage()
    for (let index = 0; index < screeningsPerRound * 2; index += 1) {
      bytes.writeUInt32BE(index)
      once()
    }
    const { user, system } = process.cpuUsage(before)
    return (user + system) / 1_000 / screeningsPerRound
  }
  for (let index = 0; index < warmUpRounds; index += 1) round()
  return rounded(median(Array.from({ length: roundsCount }, round)), 4)
}
