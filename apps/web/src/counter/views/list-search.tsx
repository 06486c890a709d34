import { useMessages } from '../../shared/messages/index.ts'
import { Select, TextField } from '../../shared/ui/index.ts'
import { rowFilters } from '../lists/row-filter.ts'
import { messages } from '../messages.ts'
import { dayChoices, type ListSearch } from './use-list-search.ts'

export const dayKeys = {
  today: 'today',
  yesterday: 'yesterday',
  date: 'otherDay',
  any: 'anyDay',
} as const

const filterKeys = {
  all: 'filterAll',
  negative: 'negative',
  positive: 'positive',
  inconclusive: 'inconclusive',
  'to-send': 'stateToSend',
} as const

/** One search for both lists: who, and which day. */
export const ListSearchBar = ({ search }: { readonly search: ListSearch }) => {
  const t = useMessages(messages)
  const { query, change, isDayWrong } = search
  return (
    <search className="list-search" aria-label={t('searchLabel')}>
      <TextField
        label={t('searchWho')}
        type="search"
        value={query.text}
        onChange={(text) => change({ text })}
        onKeyDown={(event) => {
          if (event.key === 'Escape') change({ text: '' })
        }}
      />
      <Select
        label={t('searchDay')}
        value={query.choice}
        onChange={(choice) => change({ choice })}
        options={dayChoices.map((value) => ({ value, label: t(dayKeys[value]) }))}
      />
      {query.choice === 'date' && (
        <TextField
          label={t('searchDate')}
          value={query.typedDay}
          onChange={(typedDay) => change({ typedDay })}
          inputMode="numeric"
          error={isDayWrong ? t('searchDateWrong') : null}
          autoFocus
        />
      )}
    </search>
  )
}

/** Which results of the day are shown. */
export const ResultFilter = ({ search: { query, change } }: { readonly search: ListSearch }) => {
  const t = useMessages(messages)
  return (
    <div className="list-filter">
      <Select
        label={t('searchShow')}
        value={query.filter}
        onChange={(filter) => change({ filter })}
        options={rowFilters.map((value) => ({ value, label: t(filterKeys[value]) }))}
      />
    </div>
  )
}
