/** What the browser test's page holds. */
import { parsePersonName, parsePhone, transliterateIcao } from '@sidep/identifiers'
import { fromParisMinute, issue2dDocB2, read2dDoc, verify2dDocSignature } from '../src/index.ts'
import { publicKey, screening, sign } from './signing.ts'

/** Everything that could differ between engines: time zones, Unicode tables, WebCrypto. */
export const observe = async (): Promise<Record<string, unknown>> => {
  const text = await issue2dDocB2(screening, sign)
  const read = read2dDoc(text)
  return {
    signed: text.split('\u001f')[0],
    verified: read.ok && (await verify2dDocSignature(read, publicKey)),
    changed:
      read.ok &&
      (await verify2dDocSignature({ ...read, signature: read.signature.toReversed() }, publicKey)),
    times: ['280320210230', '280320210300', '311020210230', '311020210300', '010120220000'].map(
      (minute) => fromParisMinute(minute)?.toISOString(),
    ),
    names: [
      'Nguyễn Thị Hương',
      'Ευστράτιος',
      'İbrahim',
      'ʿAbd al-Raḥmān',
      'Щербаков',
      '王',
      'Zoé 😀',
      'Ⅳ',
    ].map((name) => [parsePersonName(name), transliterateIcao(name)]),
    phones: ['0692 12 34 56', '+44 7911 123456', '12'].map((phone) => parsePhone(phone)),
  }
}

Object.assign(globalThis, { observe })
