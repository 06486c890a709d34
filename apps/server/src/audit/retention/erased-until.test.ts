import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { openErasedUntil } from './erased-until.ts'
import { cutoffsOf } from './terms.ts'

const folder = mkdtempSync(join(tmpdir(), 'sidep-erased-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const settings = { identifyingDays: 92, tracesDays: 184 }
const cutoffs = (day: string) => cutoffsOf(settings, new Date(`${day}T00:00:00Z`))

test('it grows and never shrinks, whatever a later run says', () => {
  const erased = openErasedUntil(join(folder, 'one.json'))
  assert.equal(erased.read(), null)
  erased.raise(cutoffs('2026-11-30'))
  erased.raise(cutoffs('2026-10-01'))
  assert.deepEqual(erased.read(), cutoffs('2026-11-30'))
  const lengthened = cutoffsOf({ identifyingDays: 184, tracesDays: 366 }, new Date('2026-12-01'))
  erased.raise(lengthened)
  assert.deepEqual(erased.read(), cutoffs('2026-11-30'))
})

test('the later of two places counts; one that is away keeps nobody from erasing', () => {
  const [own, beside] = [join(folder, 'own.json'), join(folder, 'beside.json')]
  openErasedUntil(own, [beside]).raise(cutoffs('2026-11-30'))
  assert.equal(readFileSync(own, 'utf8'), readFileSync(beside, 'utf8'))
  rmSync(own)
  assert.deepEqual(openErasedUntil(own, [beside]).read(), cutoffs('2026-11-30'))
  const away = openErasedUntil(own, [join(folder, 'away', 'beside.json')])
  away.raise(cutoffs('2026-11-30'))
  assert.deepEqual(away.read(), cutoffs('2026-11-30'))
})

test('a file that is something else is refused: better no run than people back', () => {
  const path = join(folder, 'other.json')
  writeFileSync(path, '{"identifying":"yesterday"}')
  assert.throws(() => openErasedUntil(path).read(), /not a file of what was erased/)
})
