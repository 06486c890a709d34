/** What a laboratory's software does: one HL7 message of nobody over MLLP with TLS, acknowledged as durable. */
import { once } from 'node:events'
import { connect } from 'node:tls'
import { minuteMilliseconds } from '@sidep/time'
import type { RandomBytes } from '../../platform/clock.ts'
import { probePerson } from '../../platform/probe-sites.ts'
import type { LaboratoryProbe } from '../watch-configuration.ts'
import { ProbeFailure } from './browser.ts'

/** `20210813133000+0000`. */
const hl7Time = (at: Date): string =>
  `${at.toISOString().slice(0, 19).replaceAll(/[-:T]/g, '')}+0000`

/** A PCR that found nothing, of the person that is nobody, sampled an hour ago. */
export const probeMessage = (
  { site, biologist }: Pick<LaboratoryProbe, 'site' | 'biologist'>,
  now: Date,
  id: string,
): string => {
  const sampled = hl7Time(new Date(now.getTime() - 60 * minuteMilliseconds))
  const found = hl7Time(new Date(now.getTime() - minuteMilliseconds))
  const { familyName, firstNames, birthDate, sex } = probePerson
  const by = `${biologist}^SONDE^SONDE^^^^^^ASIP-SANTE-PS&1.2.250.1.71.4.2.1&ISO^D^^^IDNPS`
  const test = '94500-6^ARN SARS-CoV-2^LN'
  const place = `^^^^^ASIP-SANTE-ST&1.2.250.1.71.4.2.2&ISO^IDNST^^^1${site}`
  return [
    `MSH|^~\\&|SONDE|${site}|SIDEP|ETAT|${hl7Time(now)}||ORU^R01^ORU_R01|${id}|P|2.5.1|||AL|NE|FRA|UNICODE UTF-8`,
    `PID|1||SONDE^^^SONDE&1.2.250.1.99&ISO^PI||${familyName}^${firstNames}^^^^^L||${birthDate.replaceAll('-', '')}|${sex}`,
    'PV1|1|O',
    `ORC|RE|${id}|${id}`,
    `OBR|1|${id}|${id}|${test}|||${sampled}||||||||||||||${found}|||F`,
    `OBX|1|CWE|${test}||260415000^Non détecté^SCT||||||F|||${sampled}||${by}|||${found}||||SONDE${place}`,
    `SPM|1|^${id}||258500001^Nasopharyngeal swab^SCT|||||||||||||${sampled}`,
  ]
    .map((segment) => `${segment}\r`)
    .join('')
}

const start = '\x0b'
const end = '\x1c\r'
const answerCharactersMax = 64 * 1024

/** @returns what is acknowledged, `CA` where it is durable @throws when the connection does not stand or ends before */
export const sendMessage = async (
  { host, port, certificate, privateKey, authority }: LaboratoryProbe,
  message: string,
  signal: AbortSignal,
): Promise<string> => {
  const socket = connect({
    host,
    port,
    servername: host,
    cert: certificate,
    key: privateKey,
    ...(authority === null ? {} : { ca: authority }),
  })
  // Whoever waits for it is told; one that nobody waits for any more is nothing to end by.
  socket.on('error', () => undefined)
  const abandon = (): void => {
    socket.destroy(signal.reason instanceof Error ? signal.reason : undefined)
  }
  signal.addEventListener('abort', abandon, { once: true })
  try {
    await once(socket, 'secureConnect', { signal })
    socket.setEncoding('utf8')
    socket.write(`${start}${message}${end}`)
    let text = ''
    for await (const chunk of socket) {
      text += String(chunk)
      if (text.includes(end) || text.length > answerCharactersMax) break
    }
    return /\rMSA\|([A-Z]{2})\|/.exec(text)?.[1] ?? 'NO_ACKNOWLEDGEMENT'
  } finally {
    signal.removeEventListener('abort', abandon)
    socket.destroy()
  }
}

const idBytes = 8

/** @throws ProbeFailure unless it is acknowledged as durable */
export const sendProbeMessage = async (
  probe: LaboratoryProbe,
  now: Date,
  randomBytes: RandomBytes,
  signal: AbortSignal,
): Promise<void> => {
  const id = `SONDE${Buffer.from(randomBytes(idBytes)).toString('hex')}`
  const code = await sendMessage(probe, probeMessage(probe, now, id), signal)
  if (code !== 'CA') throw new ProbeFailure(`MESSAGE_${code}`)
}
