/** Messages for tests: one sound ORU^R01 of an invented person, and ways to spoil it. */
import { defaultLimits } from '@sidep/screening'
import { shippedCatalogue } from '../platform/catalogue.ts'
import type { CheckContext } from './message-check.ts'

/** A day after the sound message, by the limits and the catalogue that ship. */
export const checkContext: CheckContext = {
  catalogue: shippedCatalogue(),
  limits: defaultLimits,
  at: null,
  now: new Date('2026-11-30T12:00:00Z'),
  timeZone: 'Europe/Paris',
  siteId: null,
  language: 'en',
}

/** An INS of the range that tests may use, whose authority says so. */
export const testIns = '279035121518989'

export const soundSegments: Readonly<Record<string, string>> = {
  MSH: 'MSH|^~\\&|LABTEST|750712184|SIDEP|ETAT|20261129103000+0100||ORU^R01^ORU_R01|TEST00001|P|2.5.1|||AL|NE|FRA|UNICODE UTF-8',
  PID: `PID|1||4242^^^LABTEST&1.2.250.1.99&ISO^PI~${testIns}^^^ASIP-SANTE-INS-NIR&1.2.250.1.213.1.4.10&ISO^INS||TESTNOM^ANNE^ANNE LUCIE^^^^L~TESTUSAGE^ANNE^^^^^D||19790311|F|||1 RUE DU TEST^^PARIS^^75002^FRA^H||^PRN^CP^^33^6^12345678~^NET^Internet^anne@example.org`,
  PV1: 'PV1|1|O',
  ORC: 'ORC|RE|P001|F001|||||||||899700075122^TESTMEDECIN^ZOE^^^^^^ASIP-SANTE-PS&1.2.250.1.71.4.2.1&ISO^D^^^IDNPS',
  OBR: 'OBR|1|P001|F001|94500-6^ARN SARS-CoV-2^LN|||202611290830+0100||||||||||||||20261129102500+0100|||F',
  OBX: 'OBX|1|CWE|94500-6^ARN SARS-CoV-2^LN||260415000^Non détecté^SCT||||||F|||202611290830+0100||899700075122^TESTBIOLOGISTE^LEA^^^^^^ASIP-SANTE-PS&1.2.250.1.71.4.2.1&ISO^D^^^IDNPS|||20261129102000+0100||||LABTEST^^^^^ASIP-SANTE-ST&1.2.250.1.71.4.2.2&ISO^IDNST^^^1750712184',
  SPM: 'SPM|1|^S001||258500001^Nasopharyngeal swab^SCT|||||||||||||202611290830+0100',
}

const order = ['MSH', 'PID', 'PV1', 'ORC', 'OBR', 'OBX', 'SPM'] as const

/** A message of the sound segments, some in another form; null leaves one out. */
export const messageOf = (changes: Readonly<Record<string, string | null>> = {}): string =>
  order
    .map((name) => (name in changes ? changes[name] : soundSegments[name]))
    .filter((segment) => typeof segment === 'string')
    .map((segment) => `${segment}\r`)
    .join('')

/** A sound segment with another text in one field, counted as HL7 does. */
export const withField = (name: string, field: number, text: string): string => {
  const fields = (soundSegments[name] ?? name).split('|')
  const index = name === 'MSH' ? field - 1 : field
  while (fields.length <= index) fields.push('')
  fields[index] = text
  return fields.join('|')
}

/** The sound message with one field in another form. */
export const messageWith = (name: string, field: number, text: string): string =>
  messageOf({ [name]: withField(name, field, text) })
