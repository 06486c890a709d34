import { memo, startTransition, useState } from 'react'
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

type Change = Pick<ListSearch, 'change'>

/** What is typed shows at once; the lists follow as soon as they can, and the next letter does not wait for them. */
const SearchWho = memo(({ change }: Change) => {
  const t = useMessages(messages)
  const [text, setText] = useState('')
  const type = (typed: string): void => {
    setText(typed)
    startTransition(() => change({ text: typed }))
  }
  return (
    <TextField
      label={t('searchWho')}
      type="search"
      value={text}
      onChange={type}
      onKeyDown={(event) => {
        if (event.key === 'Escape') type('')
      }}
    />
  )
})

const SearchDay = memo(
  ({
    choice,
    typedDay,
    isDayWrong,
    change,
  }: Change &
    Pick<ListSearch, 'isDayWrong'> &
    Pick<ListSearch['query'], 'choice' | 'typedDay'>) => {
    const t = useMessages(messages)
    return (
      <>
        <Select
          label={t('searchDay')}
          value={choice}
          onChange={(chosen) => change({ choice: chosen })}
          options={dayChoices.map((value) => ({ value, label: t(dayKeys[value]) }))}
        />
        {choice === 'date' && (
          <TextField
            label={t('searchDate')}
            value={typedDay}
            onChange={(typed) => change({ typedDay: typed })}
            inputMode="numeric"
            error={isDayWrong ? t('searchDateWrong') : null}
            autoFocus
          />
        )}
      </>
    )
  },
)

/** One search for both lists: who, and which day. */
export const ListSearchBar = ({ search }: { readonly search: ListSearch }) => {
  const t = useMessages(messages)
  const { query, change, isDayWrong } = search
  return (
    <search className="list-search" aria-label={t('searchLabel')}>
      <SearchWho change={change} />
      <SearchDay
        choice={query.choice}
        typedDay={query.typedDay}
        isDayWrong={isDayWrong}
        change={change}
      />
    </search>
  )
}

/** Which results of the day are shown. */
export const ResultFilter = memo(
  ({ filter, change }: Change & Pick<ListSearch['query'], 'filter'>) => {
    const t = useMessages(messages)
    return (
      <div className="list-filter">
        <Select
          label={t('searchShow')}
          value={filter}
          onChange={(chosen) => change({ filter: chosen })}
          options={rowFilters.map((value) => ({ value, label: t(filterKeys[value]) }))}
        />
      </div>
    )
  },
)
