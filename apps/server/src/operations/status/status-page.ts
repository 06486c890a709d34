/** The status page as HTML: whole without script, all links relative, so that any host can carry it. */
import { escaped } from '../../platform/paper/paper.ts'
import type { Incident } from '../incidents/board.ts'
import type { WatchEvent } from '../incidents/events.ts'
import { adviceFor } from './advice.ts'
import { type ComponentView, type StatusView, statusZone } from './status-view.ts'
import {
  adviceWords,
  audienceNames,
  componentNames,
  filled,
  type Language,
  pageWords,
  severityWords,
  stateWords,
} from './status-words.ts'

export interface PageFacts {
  /** Where the service itself is. */
  readonly home: string
  readonly help: string | null
}

const locales = { fr: 'fr-FR', en: 'en-GB' } as const

const formats = Object.fromEntries(
  (['fr', 'en'] as const).map((language) => [
    language,
    {
      moment: new Intl.DateTimeFormat(locales[language], {
        timeZone: statusZone,
        day: 'numeric',
        month: 'long',
        hour: '2-digit',
        minute: '2-digit',
      }),
      clock: new Intl.DateTimeFormat(locales[language], {
        timeZone: statusZone,
        hour: '2-digit',
        minute: '2-digit',
      }),
      day: new Intl.DateTimeFormat(locales[language], { timeZone: 'UTC', dateStyle: 'medium' }),
      number: new Intl.NumberFormat(locales[language]),
    },
  ]),
) as Record<
  Language,
  Record<'moment' | 'clock' | 'day', Intl.DateTimeFormat> & { number: Intl.NumberFormat }
>

const timeTag = (at: Date, text: string): string =>
  `<time datetime="${at.toISOString()}">${escaped(text)}</time>`

/** The hour alone where it is of today. */
const whenText = (language: Language, at: Date, now: Date): string => {
  const { moment, clock } = formats[language]
  const isToday = now.getTime() - at.getTime() < 12 * 3_600_000
  return isToday ? clock.format(at) : moment.format(at)
}

/** A text with a moment in it, as HTML. */
const withTime = (text: string, at: Date, said: string): string => {
  const [before = '', after = ''] = text.split('{when}')
  return `${escaped(before)}${timeTag(at, said)}${escaped(after)}`
}

const symbols = {
  works: '✓',
  slow: '!',
  local: '!',
  fails: '✕',
  maintenance: '…',
  unknown: '?',
} as const

const historyPicture = (language: Language, { history }: ComponentView): string => {
  const w = pageWords[language]
  const { day: dayFormat } = formats[language]
  const line = (isDrawn: (minutesDown: number | null) => boolean, shape: string): string =>
    history
      .flatMap(({ minutesDown }, index) => (isDrawn(minutesDown) ? [`M${index * 4} ${shape}`] : []))
      .join('')
  const none = line((minutes) => minutes === null, '13h2.5v2h-2.5z')
  const well = line((minutes) => minutes === 0, '4h2.5v20h-2.5z')
  const down = history.flatMap(({ day, minutesDown }, index) => {
    if (minutesDown === null || minutesDown === 0) return []
    const said = filled(w.minutesDown, {
      day: dayFormat.format(new Date(`${day}T12:00:00Z`)),
      minutes: minutesDown,
    })
    return [
      `<rect class="down" x="${index * 4}" y="0" width="3.5" height="28"><title>${escaped(said)}</title></rect>`,
    ]
  })
  const days = [`<path class="none" d="${none}"/>`, `<path class="well" d="${well}"/>`, ...down]
  return `<svg class="history" viewBox="0 0 360 28" preserveAspectRatio="none" aria-hidden="true">${days.join('')}</svg>`
}

const historyWords = (language: Language, { history, worksPercent }: ComponentView): string => {
  const w = pageWords[language]
  if (worksPercent === null) return w.unwatched
  const days = history.filter(({ minutesDown }) => (minutesDown ?? 0) > 0).length
  const percent = filled(w.percent, { percent: formats[language].number.format(worksPercent) })
  if (days === 0) return percent
  return `${percent}, ${days === 1 ? w.oneDayDown : filled(w.daysDown, { count: days })}`
}

const componentHtml = (language: Language, view: ComponentView, now: Date): string => {
  const w = pageWords[language]
  const { component, state, since, departments } = view
  const sinceHtml =
    since === null
      ? ''
      : ` <span>${withTime(w.since, since, whenText(language, since, now))}</span>`
  const where =
    departments.length === 0
      ? ''
      : `<p>${escaped(filled(w.departments, { list: departments.join(', ') }))}</p>`
  return `<li class="component ${state}">
<div class="line"><h3>${escaped(componentNames[language][component])}</h3>
<p class="state"><span class="symbol" aria-hidden="true">${symbols[state]}</span> <strong>${escaped(stateWords[language][state])}</strong>${sinceHtml}</p></div>
${where}${historyPicture(language, view)}
<p class="small">${escaped(historyWords(language, view))}</p>
</li>`
}

const bannerHtml = (language: Language, view: StatusView): string => {
  const w = pageWords[language]
  const failing = view.components.filter(({ state }) => ['slow', 'local', 'fails'].includes(state))
  const tone = view.severity ?? 'well'
  const title =
    view.severity === null ? w.allWorks : view.severity === 'minor' ? w.trouble : w.grave
  const groups = (['fails', 'local', 'slow'] as const).flatMap((state) => {
    const those = failing.filter((one) => one.state === state)
    if (those.length === 0) return []
    const items = those.map(({ component, since, departments }) => {
      const when =
        since === null
          ? ''
          : `, ${withTime(w.since, since, whenText(language, since, view.writtenAt))}`
      // Whoever reads it wants to know first whether it is theirs.
      const where =
        departments.length === 0
          ? ''
          : ` · ${escaped(filled(w.departments, { list: departments.join(', ') }))}`
      return `<li>${escaped(componentNames[language][component])}${when}${where}</li>`
    })
    return [
      `<p><strong>${escaped(stateWords[language][state])}</strong></p><ul>${items.join('')}</ul>`,
    ]
  })
  return `<div class="banner ${tone}">
<span class="symbol" aria-hidden="true">${view.severity === null ? '✓' : view.severity === 'minor' ? '!' : '✕'}</span>
<div><h1>${escaped(title)}</h1>${groups.join('')}</div>
</div>`
}

const adviceHtml = (language: Language, { components }: StatusView): string => {
  const all = adviceFor(components)
  if (all.length === 0) return ''
  const groups = all.map(
    ({ audience, advice }) =>
      `<h3>${escaped(audienceNames[language][audience])}</h3><ul>${advice
        .map((one) => `<li>${escaped(adviceWords[language][one])}</li>`)
        .join('')}</ul>`,
  )
  return `<section aria-labelledby="meanwhile" class="advice"><h2 id="meanwhile">${escaped(pageWords[language].meanwhile)}</h2>${groups.join('')}</section>`
}

const noticesHtml = (language: Language, { notices }: StatusView): string => {
  const w = pageWords[language]
  const items = notices.map((notice) => {
    const kinds = notice.accepts.map((kind) => w.kinds[kind]).join(', ')
    const where =
      notice.sites.length === 0 ? w.allSites : filled(w.sites, { list: notice.sites.join(', ') })
    const until = new Date(notice.until)
    const end = withTime(w.until, until, formats[language].moment.format(until))
    return `<li><p>${escaped(notice[language])}</p><p class="small">${escaped(`${notice.id} · ${kinds} · ${where}`)} · ${end}</p></li>`
  })
  const body =
    items.length === 0
      ? `<p>${escaped(w.nothingTolerated)}</p>`
      : `<ul class="plain">${items.join('')}</ul>`
  return `<section aria-labelledby="tolerated"><h2 id="tolerated">${escaped(w.tolerated)}</h2>${body}</section>`
}

const lineOf = (language: Language, event: WatchEvent): string | null => {
  const w = pageWords[language].timeline
  switch (event.type) {
    case 'opened':
    case 'joined':
    case 'relapsed':
    case 'worsened':
    case 'recovered':
      return filled(w[event.type], { component: componentNames[language][event.component] })
    case 'closed':
    case 'taken':
      return w[event.type]
    case 'noted':
      return event[language]
    default:
      return null
  }
}

const timelineHtml = (language: Language, { timeline }: Incident): string => {
  const { moment } = formats[language]
  const items = timeline.flatMap((event) => {
    const text = lineOf(language, event)
    if (text === null) return []
    const at = new Date('since' in event ? event.since : event.at)
    return [`<li>${timeTag(at, moment.format(at))} ${escaped(text)}</li>`]
  })
  return `<ol class="timeline">${items.toReversed().join('')}</ol>`
}

const incidentTitle = (language: Language, { parts, severity }: Incident): string =>
  `${severityWords[language][severity]}${language === 'fr' ? ' : ' : ': '}${parts
    .map(({ component }) => componentNames[language][component])
    .join(', ')}`

const capital = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`

const openHtml = (language: Language, { open }: StatusView): string =>
  open.length === 0
    ? ''
    : `<section aria-labelledby="incidents"><h2 id="incidents">${escaped(pageWords[language].incidents)}</h2>${open
        .map(
          (incident) =>
            `<article><h3>${escaped(capital(incidentTitle(language, incident)))}</h3>${timelineHtml(language, incident)}</article>`,
        )
        .join('')}</section>`

const pastHtml = (language: Language, { past }: StatusView): string => {
  const w = pageWords[language]
  const { moment } = formats[language]
  const items = past.map((incident) => {
    const from = new Date(incident.parts[0]?.since ?? incident.openedAt)
    const until = new Date(incident.closedAt ?? incident.openedAt)
    const minutes = Math.max(1, Math.round((until.getTime() - from.getTime()) / 60_000))
    const lasted = filled(w.lasted, {
      from: moment.format(from),
      until: moment.format(until),
      minutes,
    })
    return `<li><details><summary>${escaped(capital(incidentTitle(language, incident)))} <span class="small">${escaped(lasted)}</span></summary>${timelineHtml(language, incident)}</details></li>`
  })
  return `<section aria-labelledby="past"><h2 id="past">${escaped(w.pastIncidents)}</h2>${
    items.length === 0 ? `<p>${escaped(w.noPast)}</p>` : `<ul class="plain">${items.join('')}</ul>`
  }</section>`
}

const plansHtml = (language: Language, { plans }: StatusView): string => {
  const w = pageWords[language]
  const { moment } = formats[language]
  const items = plans.map(({ components, from, until, ...texts }) => {
    const when = filled(w.from, {
      from: moment.format(new Date(from)),
      until: moment.format(new Date(until)),
    })
    const what = components.map((component) => componentNames[language][component]).join(', ')
    return `<li><p><strong>${escaped(when)}</strong>, ${escaped(what)}</p><p>${escaped(texts[language])}</p></li>`
  })
  return `<section aria-labelledby="plans"><h2 id="plans">${escaped(w.plans)}</h2>${
    items.length === 0 ? `<p>${escaped(w.noPlans)}</p>` : `<ul class="plain">${items.join('')}</ul>`
  }</section>`
}

/** The page in a language: French at the root of its folder, English in `en/`. */
export const renderStatusPage = (
  language: Language,
  view: StatusView,
  { home, help }: PageFacts,
): string => {
  const w = pageWords[language]
  const other = language === 'fr' ? 'en' : 'fr'
  const root = language === 'fr' ? '' : '../'
  const headline =
    view.severity === null ? w.allWorks : view.severity === 'minor' ? w.trouble : w.grave
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(`${headline} · ${w.title} · sidep`)}</title>
<link rel="icon" href="${root}icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="${root}etat.css">
<link rel="alternate" type="application/atom+xml" href="${root}atom.xml" title="${escaped(w.title)}">
</head>
<body>
<header><p><strong>sidep</strong> · ${escaped(w.title)}</p><a href="${root}${other === 'en' ? 'en/' : ''}" hreflang="${other}" lang="${other}">${escaped(w.other)}</a></header>
<main>
${bannerHtml(language, view)}
<p class="small">${withTime(w.written, view.writtenAt, formats[language].moment.format(view.writtenAt))} ${escaped(w.stale)}</p>
${adviceHtml(language, view)}
${noticesHtml(language, view)}
<section aria-labelledby="components"><h2 id="components">${escaped(w.components)}</h2>
<ul class="plain">${view.components.map((one) => componentHtml(language, one, view.writtenAt)).join('\n')}</ul>
<p class="small">${escaped(w.legend)}</p></section>
${openHtml(language, view)}
${plansHtml(language, view)}
${pastHtml(language, view)}
</main>
<footer>
<nav aria-label="${escaped(w.title)}"><ul><li><a href="${escaped(home)}/">${escaped(w.home)}</a></li><li><a href="${root}atom.xml">${escaped(w.feed)}</a></li><li><a href="${root}summary.json">${escaped(w.machines)}</a></li></ul></nav>
${help === null ? '' : `<p>${escaped(filled(w.help, { contact: help }))}</p>`}
</footer>
</body>
</html>
`
}
