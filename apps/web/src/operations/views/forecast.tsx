import type { ForecastView, OperationsFigures } from '@sidep/contracts'
import { dateWords } from '../../shared/messages/date-words.ts'
import { localeOf, useLanguage, useMessages } from '../../shared/messages/index.ts'
import { fullShare, peakShareOf } from '../judge.ts'
import { operationsMessages } from '../operations-messages.ts'

const Known = ({ forecast }: { readonly forecast: ForecastView }) => {
  const t = useMessages(operationsMessages)
  const { language } = useLanguage()
  const { peak, capacityPerSecond, busiestPerSecond, backtest } = forecast
  const number = (value: number, digits = 0): string =>
    value.toLocaleString(localeOf[language], { maximumFractionDigits: digits })
  const percent = (share: number): string =>
    share.toLocaleString(localeOf[language], { style: 'percent' })
  const day = dateWords(new Date(`${peak.day}T00:00:00Z`), localeOf[language], {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    timeZone: 'UTC',
  })
  const share = peakShareOf(forecast)
  return (
    <>
      <p className="fact">
        {t('peak', { day, hour: peak.hour, count: number(Math.round(peak.expected)) })}
      </p>
      <p>
        {t('peakBetween', {
          low: number(Math.round(peak.low)),
          high: number(Math.round(peak.high)),
        })}
      </p>
      <p>
        {capacityPerSecond === null || share === null ? (
          t('capacityUnknown', { busiest: number(busiestPerSecond, 1) })
        ) : (
          <strong className={share.atMost > fullShare ? 'too-much' : ''}>
            {t('peakShare', {
              share: percent(share.expected),
              most: percent(share.atMost),
              capacity: number(capacityPerSecond, 1),
            })}
          </strong>
        )}
      </p>
      <p className="small muted">
        {backtest === null
          ? t('notTried')
          : t('tried', {
              weeks: backtest.weeks,
              error: number(Math.round(backtest.meanAbsoluteError)),
              naive: number(Math.round(backtest.naiveMeanAbsoluteError)),
              coverage: percent(backtest.coverage),
            })}
      </p>
    </>
  )
}

/** The next peak against what the portal can do, and how good such forecasts have been beside last week's figures. */
export const Forecast = ({ figures }: { readonly figures: OperationsFigures | null }) => {
  const t = useMessages(operationsMessages)
  const forecast = figures?.forecast ?? null
  return (
    <section className="panel stack" aria-labelledby="forecast">
      <h2 id="forecast">{t('forecastTitle')}</h2>
      {forecast === null ? <p>{t('noForecast')}</p> : <Known forecast={forecast} />}
    </section>
  )
}
