import type { OperationsFigures } from '@sidep/contracts'
import { useMessages } from '../../shared/messages/index.ts'
import { Disclosure } from '../../shared/ui/index.ts'
import { columns, departmentNames, lines, tiles } from '../departments.ts'
import { operationsMessages } from '../operations-messages.ts'

type Figures = OperationsFigures['departments'][number]
type Level = 'few' | 'less' | 'usual' | 'none'

const side = 30
/** Fewer a week ago: an hour says nothing. */
const comparedMin = 5

const levelOf = (figures: Figures | undefined): Level => {
  if (figures === undefined || figures.weekBefore === null || figures.weekBefore < comparedMin)
    return 'none'
  const share = figures.lastHour / figures.weekBefore
  if (share < 0.5) return 'few'
  return share < 0.8 ? 'less' : 'usual'
}

/** Every département one tile, shaded by how the last hour compares; the letters of its number, so that colour says nothing alone. */
export const DepartmentMap = ({ figures }: { readonly figures: OperationsFigures | null }) => {
  const t = useMessages(operationsMessages)
  const known = new Map((figures?.departments ?? []).map((one) => [one.department, one]))
  return (
    <section className="panel stack" aria-labelledby="map">
      <h2 id="map">{t('mapTitle')}</h2>
      <p className="small muted">{t('mapWords')}</p>
      <svg
        className="map"
        viewBox={`0 0 ${columns * side} ${lines * side}`}
        aria-hidden="true"
        focusable="false"
      >
        {tiles.map(({ department, x, y }) => (
          <g key={department} className={`level ${levelOf(known.get(department))}`}>
            <rect x={x * side + 1} y={y * side + 1} width={side - 2} height={side - 2} rx="4" />
            <text x={x * side + side / 2} y={y * side + side / 2 + 4}>
              {department}
            </text>
          </g>
        ))}
      </svg>
      <p className="legend small">
        <span className="level few">{t('mapLegendFew')}</span>
        <span className="level less">{t('mapLegendLess')}</span>
        <span className="level usual">{t('mapLegendUsual')}</span>
        <span className="level none">{t('mapLegendNone')}</span>
      </p>
      <Disclosure title={t('mapTable')}>
        <DepartmentTable figures={figures?.departments ?? []} />
      </Disclosure>
    </section>
  )
}

/** The lowest first, beside what is usual there. */
const DepartmentTable = ({ figures }: { readonly figures: readonly Figures[] }) => {
  const t = useMessages(operationsMessages)
  const shareOf = ({ lastHour, weekBefore }: Figures): number =>
    weekBefore === null || weekBefore === 0 ? 1 : lastHour / weekBefore
  return (
    <table className="figures-table">
      <thead>
        <tr>
          <th scope="col">{t('department')}</th>
          <th scope="col">{t('lastHour')}</th>
          <th scope="col">{t('weekBefore')}</th>
          <th scope="col">{t('sites')}</th>
        </tr>
      </thead>
      <tbody>
        {figures
          .toSorted((a, b) => shareOf(a) - shareOf(b))
          .map((one) => (
            <tr key={one.department} className={`level ${levelOf(one)}`}>
              <th scope="row">
                {one.department === '?'
                  ? t('departmentUnknown')
                  : `${one.department} ${departmentNames.get(one.department) ?? ''}`}
              </th>
              <td>{one.lastHour}</td>
              <td>{one.weekBefore ?? t('unknown')}</td>
              <td>{one.sites}</td>
            </tr>
          ))}
      </tbody>
    </table>
  )
}
