/** The hours of one scenario as a picture: people waiting, documents without signature, backlog, under both policies. */
import type { PolicyName } from './policy.ts'
import type { HourView, SimulationResult } from './result.ts'
import type { Text } from './scenario.ts'

const width = 880
const left = 78
const right = 20
const top = 92
const panelHeight = 150
const panelGap = 46
const labelEveryHours = 3

const panels: readonly { readonly title: Text; readonly value: (hour: HourView) => number }[] = [
  {
    title: {
      fr: 'Personnes qui attendent (file ou document), plus forte valeur de l’heure',
      en: 'people waiting, in line or for a document: most in the hour',
    },
    value: ({ waitingMax }) => waitingMax,
  },
  {
    title: {
      fr: 'Personnes parties sans document signé, qui n’en ont toujours pas',
      en: 'people who left without a signed document and still have none',
    },
    value: ({ withoutSignature }) => withoutSignature,
  },
  {
    title: {
      fr: 'Dépistages rendus et pas encore dans le portail',
      en: 'screenings handed over and not yet in the portal: backlog',
    },
    value: ({ backlog }) => backlog,
  },
]

const labels: Readonly<Record<PolicyName, string>> = {
  'as-2021': 'as-2021 : comme en 2021 / as it was',
  sidep: 'sidep',
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** The next of 1, 2, 5, 10 … that is not smaller. */
const roundUp = (value: number): number => {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, value)))
  const step = [1, 2, 5, 10].find((factor) => factor * power >= value) ?? 10
  return step * power
}

const grouped = (value: number): string => Math.round(value).toLocaleString('fr-FR')

const style = `
  svg { color-scheme: light dark; background: var(--paper); }
  :root { --paper: #ffffff; --ink: #1c2430; --soft: #5a6675; --rule: #d5dae1; --then: #a8480f; --now: #0b5fa5; }
  @media (prefers-color-scheme: dark) {
    :root { --paper: #12161c; --ink: #e8ecf1; --soft: #a4afbd; --rule: #333c48; --then: #f0a065; --now: #6db6f2; }
  }
  text { font: 13px system-ui, sans-serif; fill: var(--ink); }
  .title { font-size: 17px; font-weight: 600; }
  .soft { fill: var(--soft); font-size: 12px; }
  .rule { stroke: var(--rule); stroke-width: 1; }
  .as-2021 { stroke: var(--then); stroke-dasharray: 6 3; }
  .sidep { stroke: var(--now); }
  .line { fill: none; stroke-width: 2.2; stroke-linejoin: round; }`

const pathOf = (
  values: readonly number[],
  x: (index: number) => number,
  y: (v: number) => number,
) => values.map((value, index) => `${index === 0 ? 'M' : 'L'}${x(index)} ${y(value)}`).join('')

/**
 * Draws it.
 *
 * @param results of one scenario, one a policy, the same length
 * @returns an SVG document, legible on light and dark
 */
export const drawChart = (title: Text, results: readonly SimulationResult[]): string => {
  const hours = results[0]?.hours ?? []
  const x = (index: number): number =>
    Math.round((left + ((width - left - right) * index) / Math.max(1, hours.length - 1)) * 10) / 10
  const height = top + panels.length * (panelHeight + panelGap) + 24
  const parts: string[] = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="t d">`,
    `<title id="t">${escaped(`${title.fr} / ${title.en}`)}</title>`,
    `<desc id="d">${escaped(panels.map((panel) => panel.title.en).join('; '))}</desc>`,
    `<style>${style}\n</style>`,
    `<rect width="${width}" height="${height}" fill="var(--paper)"/>`,
    `<text class="title" x="16" y="26">${escaped(title.fr)}</text>`,
    `<text class="soft" x="16" y="45">${escaped(title.en)}</text>`,
  ]
  results.forEach(({ policy }, index) => {
    const at = 16 + index * 300
    parts.push(
      `<path class="line ${policy}" d="M${at} 65h34"/>`,
      `<text x="${at + 42}" y="69">${escaped(labels[policy])}</text>`,
    )
  })
  panels.forEach((panel, index) => {
    const from = top + index * (panelHeight + panelGap) + 20
    const most = roundUp(Math.max(1, ...results.flatMap((result) => result.hours.map(panel.value))))
    const y = (value: number): number =>
      Math.round((from + panelHeight * (1 - value / most)) * 10) / 10
    parts.push(
      `<text x="16" y="${from - 10}">${escaped(panel.title.fr)}<tspan class="soft" dx="8">${escaped(panel.title.en)}</tspan></text>`,
    )
    for (const share of [0, 0.5, 1]) {
      const value = most * share
      parts.push(
        `<path class="rule" d="M${left} ${y(value)}H${width - right}"/>`,
        `<text class="soft" text-anchor="end" x="${left - 8}" y="${y(value) + 4}">${grouped(value)}</text>`,
      )
    }
    hours.forEach(({ at }, hour) => {
      if (hour % labelEveryHours !== 0) return
      const day = hour % 24 === 0 ? `${at.slice(8, 10)}/${at.slice(5, 7)}` : `${at.slice(11, 13)} h`
      parts.push(
        `<text class="soft" text-anchor="middle" x="${x(hour)}" y="${from + panelHeight + 17}">${day}</text>`,
      )
    })
    for (const result of results) {
      const values = result.hours.map(panel.value)
      parts.push(`<path class="line ${result.policy}" d="${pathOf(values, x, y)}"/>`)
    }
  })
  parts.push('</svg>')
  return `${parts.join('\n')}\n`
}
