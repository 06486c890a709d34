/** Laboratories over MLLP with TLS, on a real database: what is accepted is there, once, and answered the same again. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import {
  connectSender,
  demoLaboratory,
  ensureLaboratoryFolder,
  type LaboratorySender,
} from '@sidep/dev'
import { parseDcc, readHcert } from '@sidep/hcert'
import { storedAnswer, storedPerson } from '../intake/answer.ts'
import { systemClock } from '../platform/clock.ts'
import {
  countsOf,
  idOfNumber,
  type LaboratoryBesidePortal,
  siteId,
  startBesidePortal,
  storedOf,
} from './running-testing.ts'
import { messageOf, withField } from './testing.ts'

let running: LaboratoryBesidePortal
let sender: LaboratorySender
/** Results a second that the second laboratory of the directory may send. */
const secondPerSecond = 3

before(async () => {
  running = await startBesidePortal('laboratory', {
    bounds: { frameMilliseconds: 500 },
    secondPerSecond,
  })
  sender = await running.connect()
})
after(async () => {
  sender?.close()
  await running?.close()
})

const yesterday = new Date(systemClock.now().getTime() - 86_400_000)
const day = yesterday.toISOString().slice(0, 10).replaceAll('-', '')
/** A message of yesterday, whose order has the number. */
const sent = (number: string, text = messageOf()): string =>
  text.replaceAll('20261129', day).replaceAll('F001', number).replaceAll('TEST00001', `M-${number}`)
const withStatus = (status: string, changes: Readonly<Record<string, string>> = {}): string =>
  messageOf({ OBX: withField('OBX', 11, status), ...changes })

/** The code and what ERR says, `AE PID^1^7 BIRTH_DATE_NOT_REAL`. */
const outcomeOf = (acknowledgement: string): string => {
  const segments = acknowledgement.split('\r').map((segment) => segment.split('|'))
  const [code, ...errors] = segments.flatMap((fields) =>
    fields[0] === 'MSA' ? [fields[1]] : fields[0] === 'ERR' ? [`${fields[2]} ${fields[5]}`] : [],
  )
  return [code, ...errors].join(' ')
}
const send = async (text: string): Promise<string> => outcomeOf(await sender.send(text))

const stored = (number: string) => storedOf(running, number)
const dccOf = async (number: string) => {
  const row = await stored(number)
  const hcert =
    row === undefined
      ? null
      : storedAnswer(running.server.platform, siteId, row)?.certificate?.hcert
  if (hcert === null || hcert === undefined) return null
  const read = readHcert(hcert)
  assert.ok(read.ok)
  const dcc = parseDcc(read.payload)
  assert.ok(dcc.ok)
  return dcc.value.entry
}
test('a negative is recorded under the laboratory, with an EU certificate of its test type', async () => {
  assert.equal(await send(sent('A1')), 'CA')
  const row = await stored('A1')
  assert.partialDeepStrictEqual(row, { state: 'final', result: 'negative', kind: 'pcr' })
  assert.partialDeepStrictEqual(await dccOf('A1'), {
    kind: 'test',
    testType: 'LP6464-4',
    result: '260415000',
    centre: demoLaboratory.sites[0].name,
  })
  const sql = running.server.platform.database
  const [act] = await sql`select act, door, professional_id from audit
    where site_id = ${siteId} and subject = ${idOfNumber('A1')}`
  assert.deepEqual(
    { ...act },
    {
      act: 'screening.recorded',
      door: 'laboratory',
      professional_id: '899700075122',
    },
  )
})

test('a positive has its certificate however old its sample; an inconclusive result has none', async () => {
  const old = new Date(systemClock.now().getTime() - 3 * 86_400_000).toISOString()
  const oldDay = old.slice(0, 10).replaceAll('-', '')
  const positive = withField('OBX', 5, '260373001^Detected^SCT')
  const text = messageOf({ OBX: positive }).replaceAll('202611290830', `${oldDay}0830`)
  assert.equal(await send(sent('A2', text)), 'CA')
  assert.partialDeepStrictEqual(await dccOf('A2'), { result: '260373001' })
  const unclear = messageOf({ OBX: withField('OBX', 5, '419984006^Inconclusive^SCT') })
  assert.equal(await send(sent('A3', unclear)), 'CA')
  assert.equal(await dccOf('A3'), null)
  assert.equal((await stored('A3'))?.result, 'inconclusive')
})

test('the same message, and the same result in another, are answered the same and recorded once', async () => {
  const text = sent('B1')
  const other = text.replace('M-B1', 'ANOTHER')
  for (const one of [text, text, other]) assert.equal(await send(one), 'CA')
  assert.deepEqual(await countsOf(running, 'B1'), { certificates: 1, acts: 1 })
})

test('a final result that says otherwise than before is refused; a corrected one takes its place', async () => {
  assert.equal(await send(sent('C1')), 'CA')
  const positive = withField('OBX', 5, '260373001^Detected^SCT')
  assert.equal(await send(sent('C1', messageOf({ OBX: positive }))), 'CE OBX^1^5 RESULT_REPEATED')
  const corrected = sent('C1', messageOf({ OBX: positive.replace('||||||F|', '||||||C|') }))
  for (let turn = 0; turn < 2; turn += 1) {
    assert.equal(await send(corrected), 'CA')
    assert.partialDeepStrictEqual(await stored('C1'), { result: 'positive', corrections: 1 })
  }
  assert.partialDeepStrictEqual(await dccOf('C1'), { result: '260373001' })
  const [revoked] = await running.server.platform.database`
    select count(*)::int as count from certificate_revocation
    where site_id = ${siteId} and screening_id = ${idOfNumber('C1')}`
  assert.equal(revoked?.count, 1)
})

test('a preliminary result registers the person as they are then; the final one settles it as they are now', async () => {
  const misspelt = withStatus('P', { PID: withField('PID', 5, 'TESTMON^ANNE') })
  assert.equal(await send(sent('D1', misspelt)), 'CA')
  assert.equal((await stored('D1'))?.state, 'waiting')
  for (let turn = 0; turn < 2; turn += 1) assert.equal(await send(sent('D1')), 'CA')
  assert.partialDeepStrictEqual(await stored('D1'), {
    state: 'final',
    result: 'negative',
    corrections: 1,
  })
  assert.equal(await send(sent('D1', misspelt)), 'CA')
  assert.equal((await stored('D1'))?.state, 'final')
})

test('what was of somebody else, or never was, is withdrawn; what nobody knows cannot be', async () => {
  for (const [number, status] of [
    ['E1', 'W'],
    ['E2', 'D'],
  ] as const) {
    assert.equal(await send(sent(number)), 'CA')
    for (let turn = 0; turn < 2; turn += 1) {
      assert.equal(await send(sent(number, withStatus(status))), 'CA')
    }
    assert.notEqual((await stored(number))?.withdrawn_at, null)
    assert.equal(await dccOf(number), null)
  }
  assert.equal(await send(sent('E3', withStatus('W'))), 'CE OBX^1^5 RESULT_NOT_FOUND')
})

test('several patients, one of them wrong: nobody is recorded, and the field is named', async () => {
  const second = messageOf({ MSH: null }).replaceAll('F001', 'F9').replace('19790311', '19791311')
  assert.equal(await send(sent('G1') + sent('G1', second)), 'CE PID^2^7 BIRTH_DATE_NOT_REAL')
  assert.equal(await stored('G1'), undefined)
})

test('a site of somebody else is refused at the field that names it', async () => {
  const elsewhere = messageOf().replace('1750712184', '12A0000014')
  assert.equal(await send(sent('H1', elsewhere)), 'CE OBX^1^23 SITE_NOT_YOURS')
})

test('acknowledgements are as MSH-15 and MSH-16 wish', async () => {
  const wishing = (accept: string, application: string, changes = {}): string =>
    sent(
      'I1',
      messageOf({
        MSH: withField('MSH', 15, accept).replace('|NE|FRA', `|${application}|FRA`),
        ...changes,
      }),
    )
  assert.equal(await send(wishing('', '')), 'AA')
  assert.equal(await send(wishing('NE', 'AL')), 'AA')
  assert.equal(await send(wishing('AL', 'AL')), 'CA')
  assert.equal(outcomeOf(await sender.next()), 'AA')
  // Nobody asks for an answer to a success: the next one is of the next message.
  sender.write(`\x0b${wishing('ER', 'NE')}\x1c\r`)
  assert.equal(await send(wishing('', '', { PID: withField('PID', 7, '') })), 'AE PID^1^7 REQUIRED')
})

test('an acknowledgement names its message, turns the parties round and speaks the sender’s version and letters', async () => {
  const old = messageOf({ MSH: withField('MSH', 12, '2.3'), PID: withField('PID', 7, '') }).replace(
    '|AL|NE|FRA|UNICODE UTF-8',
    '|||FRA|8859/1',
  )
  const [header = '', outcome, error = ''] = (await sender.send(sent('J1', old))).split('\r')
  assert.match(
    header,
    /^MSH\|\^~\\&\|SIDEP\|ETAT\|LABTEST\|750712184\|\d{14}\+0000\|\|ACK\^R01\^ACK\|[0-9a-f]{20}\|P\|2\.3\|/,
  )
  assert.equal(outcome, 'MSA|AE|M-J1')
  assert.equal(error, 'ERR|PID^1^7^101&Champ obligatoire vide.')
})

test('a laboratory that floods is read at its share, also with what is refused, and keeps no other waiting', async () => {
  await using held = new AsyncDisposableStack()
  const { probeCertificate: certificate, probeKey: privateKey, authority } = running.files
  const files = { authority, certificate, privateKey }
  // Two seconds of its share at once, and then two more.
  let left = 4 * secondPerSecond
  let startedAt = 0
  const senders = await Promise.all(
    Array.from({ length: 6 }, () => connectSender({ port: running.laboratory.port, files })),
  )
  for (const one of senders) held.defer(() => one.close())
  let next = left
  startedAt = performance.now()
  const flood = senders.map(async (flooding) => {
    for (; next > 0; left -= 1) {
      next -= 1
      assert.match(outcomeOf(await flooding.send(sent(`FLOOD${next}`))), /SITE_NOT_YOURS/)
    }
  })
  while (left > 2 * secondPerSecond) await new Promise((resolve) => setTimeout(resolve, 1))
  assert.equal(await send(sent('BESIDE')), 'CA')
  assert.ok(left > 0, 'another waited until the flood was over')
  await Promise.all(flood)
  assert.ok(performance.now() - startedAt >= 1_600, 'the flood was not held to its share')
})

test('who has no certificate, or one that the directory does not know, sends nothing', async () => {
  const { laboratory, files } = running
  const { authority } = files
  const nobody = async (): Promise<string> => {
    const one = await connectSender({ port: laboratory.port, files: { authority } })
    return one.send(sent('K1'))
  }
  await assert.rejects(nobody())
  const others = await ensureLaboratoryFolder(`${running.folder}/others`, {
    now: systemClock.now(),
    serverNames: ['localhost'],
  })
  const stranger = async (): Promise<string> => {
    const one = await connectSender({ port: laboratory.port, files: { ...others, authority } })
    return one.send(sent('K1'))
  }
  await assert.rejects(stranger())
  assert.equal(await stored('K1'), undefined)
})

test('what is no frame, and what is no message, is answered and ended without harm to others', async () => {
  const garbage = await running.connect()
  const answer = garbage.next()
  garbage.write('GET / HTTP/1.1\r\n\r\n')
  assert.equal(outcomeOf(await answer), 'AE MSH^1 NOT_A_MESSAGE')
  await garbage.closed
  assert.equal(await send('garbage'), 'AE MSH^1 NOT_A_MESSAGE')
  assert.equal(await send(''), 'AE MSH^1 NOT_A_MESSAGE')
  assert.equal(await send(sent('L1')), 'CA')
})

test('a batch in one frame is answered message by message, and believed in no part when it is cut off', async () => {
  const [first, second] = [sent('O1'), sent('O2', messageOf({ PID: withField('PID', 7, '') }))]
  const batch = `FHS|^~\\&\rBHS|^~\\&\r${first}${second}BTS|2\rFTS|1\r`
  assert.equal(await send(batch), 'CA')
  assert.equal(outcomeOf(await sender.next()), 'CE PID^1^7 REQUIRED')
  assert.equal((await stored('O1'))?.state, 'final')
  assert.equal(await stored('O2'), undefined)
  assert.equal(await send(`BHS|^~\\&\r${sent('O3')}`), 'CE BTS^1 BATCH_TRUNCATED')
  assert.equal(await stored('O3'), undefined)
})

test('a character set that MSH-18 names wrongly is survived', async () => {
  const named = (set: string): string =>
    messageOf({ MSH: withField('MSH', 18, set), PID: withField('PID', 5, 'TESTÉNOM^ZOÉ') })
  for (const [number, set, encoding] of [
    ['Q1', 'ASCII', 'utf8'],
    ['Q2', 'UNICODE UTF-8', 'latin1'],
    ['Q3', '8859/15', 'utf8'],
  ] as const) {
    const bytes = Buffer.from(sent(number, named(set)), encoding)
    assert.equal(outcomeOf(await sender.send(bytes)), 'CA')
    const row = await stored(number)
    assert.ok(row !== undefined)
    const person = storedPerson(running.server.platform, siteId, row)?.person
    assert.deepEqual([person?.familyName, person?.firstNames], ['TESTÉNOM', 'ZOÉ'])
  }
})

test('frames that are too large or do not end are cut, and others go on', async () => {
  const endless = await running.connect()
  const answer = endless.next()
  endless.write('\x0b')
  const piece = 'x'.repeat(1024 * 1024)
  for (let count = 0; count < 5; count += 1) endless.write(piece)
  assert.equal(outcomeOf(await answer), 'AE MSH^1 MESSAGE_TOO_LARGE')
  await endless.closed
  const slow = await running.connect()
  slow.write('\x0bMSH|')
  await slow.closed
  assert.equal(await send(sent('R1')), 'CA')
})

test('an answer that was lost comes again: nothing is missing and nothing is there twice', async () => {
  for (let turn = 0; turn < 5; turn += 1) {
    const number = `N${turn}`
    const cut = await running.connect()
    cut.write(`\x0b${sent(number)}\x1c\r`)
    cut.close()
    await cut.closed
    assert.equal(await send(sent(number)), 'CA')
    assert.deepEqual(await countsOf(running, number), { certificates: 1, acts: 1 })
  }
})

test('rules and dashboards name what the portal and the laboratories’ process show, and nothing else', async () => {
  const shown = await Promise.all(
    [running.server, running.laboratory].map(async (one) =>
      (await fetch(`${one?.operatorUrl}/metrics`)).text(),
    ),
  )
  const types = [...shown.join('\n').matchAll(/^# TYPE (sidep_\w+) (\w+)$/gm)]
  const known = new Map(types.map(([, name = '', type = '']) => [name, type]))
  assert.equal(known.get('sidep_laboratory_messages_total'), 'counter')
  const folder = join(import.meta.dirname, '../../../../deploy/monitoring')
  const files = [
    'rules.yml',
    ...['portal', 'processes', 'watching'].map((name) => `dashboards/${name}.json`),
  ]
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')))
  // Of door card, which this portal has not.
  const cards = await readFile(join(import.meta.dirname, '../login/card/revocations.ts'), 'utf8')
  const door = await readFile(join(import.meta.dirname, '../login/card/door.ts'), 'utf8')
  // Of the watcher, whose own test compares them, and of tracing, which is off.
  const isOfOthers = (name: string): boolean =>
    name.startsWith('sidep_watch_') || name === 'sidep_trace_spans_total'
  const named = new Set(texts.flatMap((text) => text.match(/\bsidep_\w+/g) ?? []))
  assert.ok(named.size > 25)
  const unknown = [...named].filter((name) => {
    const base = name.replace(/_(?:bucket|count|sum)$/, '')
    const isHistogram = name !== base && known.get(base) === 'histogram'
    const isOfCards = name.startsWith('sidep_card_') && `${cards}${door}`.includes(`'${name}'`)
    return !isHistogram && !known.has(name) && !isOfCards && !isOfOthers(name)
  })
  assert.deepEqual(unknown, [])
})
