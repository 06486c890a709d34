import type { OperationsFigures } from '@sidep/contracts'
import { hourMilliseconds } from '@sidep/time'
import { useLanguage, useMessages } from '../../shared/messages/index.ts'
import { lately } from '../judge.ts'
import { operationsMessages } from '../operations-messages.ts'
import { clockWords } from '../time-words.ts'

const width = 480
const height = 160
const quartersOfDay = 100

type Quarter = OperationsFigures['today'][number]

/** Points of a line over the day, scaled to the highest of both. */
const pointsOf = (
  quarters: readonly Quarter[],
  value: (quarter: Quarter) => number | null,
  most: number,
): string =>
  quarters
    .flatMap((quarter, index) => {
      const count = value(quarter)
      if (count === null) return []
      const x = (index / quartersOfDay) * width
      const y = height - (count / most) * (height - 8)
      return [`${x.toFixed(1)},${y.toFixed(1)}`]
    })
    .join(' ')

/** Hours that are written below. */
const hoursShown = [0, 6, 12, 18] as const

/** Entries of today beside the same weekday: a drawing, and the sentence that it says. */
export const Curve = ({ figures }: { readonly figures: OperationsFigures | null }) => {
  const t = useMessages(operationsMessages)
  const { language } = useLanguage()
  const today = figures?.today ?? []
  // The quarter that still runs is no figure yet.
  const whole = today.slice(0, -1)
  const most = Math.max(
    1,
    ...whole.map(({ count, weekBefore }) => Math.max(count, weekBefore ?? 0)),
  )
  const compared = lately(today)
  return (
    <section className="panel stack" aria-labelledby="curve">
      <h2 id="curve">{t('curveTitle')}</h2>
      <p className="small muted">{t('curveWords')}</p>
      {figures === null ? (
        <p>{t('unknown')}</p>
      ) : (
        <>
          <svg
            className="curve"
            viewBox={`0 0 ${width} ${height + 20}`}
            role="img"
            aria-describedby="curve-words"
          >
            <title>{t('curveTitle')}</title>
            <line className="axis" x1="0" x2={width} y1={height} y2={height} />
            <polyline
              className="before"
              points={pointsOf(whole, ({ weekBefore }) => weekBefore, most)}
            />
            <polyline className="today" points={pointsOf(whole, ({ count }) => count, most)} />
            {today[0] !== undefined &&
              hoursShown.map((hour) => (
                <text key={hour} x={((hour * 4) / quartersOfDay) * width} y={height + 16}>
                  {clockWords(
                    new Date(Date.parse(today[0]?.from ?? '') + hour * hourMilliseconds),
                    language,
                  )}
                </text>
              ))}
          </svg>
          <p className="legend small">
            <span className="key-today">{t('curveToday')}</span>
            <span className="key-before">{t('curveBefore')}</span>
          </p>
          <p id="curve-words">
            {compared === null
              ? t('curveNothing')
              : t('curveLately', { count: compared.count, before: compared.weekBefore })}
          </p>
        </>
      )}
    </section>
  )
}
