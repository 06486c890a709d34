/** The attack of the drill reads the published files, and finds what they give away. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeDayCounts } from '@sidep/server/feeds/open-data/day-counts.ts'
import { openFiles } from '@sidep/server/feeds/open-data/files.ts'
import { regions } from '@sidep/server/feeds/open-data/geography.ts'
import { franceOf, numbersOf, shownOfDay } from '@sidep/server/feeds/open-data/shown-cells.ts'
import { attackFiles } from './feeds-judgement.ts'

const day = '2021-08-10'
const france = franceOf(regions)

/** The four départements of one region; of the fourth there are five women, all negative. */
const counts = makeDayCounts(
  ['22', '29', '35', '56'].map((department) => ({
    department,
    ageClass: '29' as const,
    sex: 'f' as const,
    positive: department === '56' ? 0 : 20,
    negative: department === '56' ? 5 : 80,
  })),
)

const filesOf = (more: (tested: Record<string, number>) => void) => {
  const { tested, positive } = numbersOf(counts, france, shownOfDay(counts, france, null))
  more(tested)
  const published = { day, version: 1, tested, positive, counted_at: new Date(0) }
  return new Map(openFiles([published], new Map()).map(({ name, content }) => [name, content]))
}

test('what the portal publishes gives away no small number, though it hides some', () => {
  const { hiddenSmall, recovered } = attackFiles(
    filesOf(() => {}),
    day,
    counts,
  )
  assert.ok(hiddenSmall > 0)
  assert.deepEqual(recovered, [])
})

test('a hidden département is found out where all its neighbours are shown', () => {
  const { recovered } = attackFiles(
    filesOf((tested) => {
      tested['R53|0|'] = 305
      for (const department of ['22', '29', '35']) tested[`D${department}|0|`] = 100
    }),
    day,
    counts,
  )
  assert.ok(recovered.includes('D56|0| tested 5'), recovered.join(', '))
})
