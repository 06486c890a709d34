import { type KeyboardEvent, type ReactNode, useRef } from 'react'

export interface Tab<Id extends string> {
  readonly id: Id
  readonly title: ReactNode
}

interface TabListProps<Id extends string> {
  readonly label: string
  readonly tabs: readonly Tab<Id>[]
  readonly selected: Id
  readonly onSelect: (id: Id) => void
}

export const tabId = (id: string): string => `tab-${id}`
export const panelId = (id: string): string => `panel-${id}`

/** Where a key leads from a tab; undefined when nowhere. */
const placeOfKey = (key: string, here: number, count: number): number | undefined => {
  switch (key) {
    case 'ArrowRight':
      return (here + 1) % count
    case 'ArrowLeft':
      return (here + count - 1) % count
    case 'Home':
      return 0
    case 'End':
      return count - 1
    default:
      return undefined
  }
}

/**
 * Tabs over panels that stay where they are in the page, whichever tabs there are: what has the focus in one keeps it
 * when the screen is turned. A panel has the id that `panelId` gives (WAI-ARIA Authoring Practices, Tabs).
 */
export const TabList = <Id extends string>({
  label,
  tabs,
  selected,
  onSelect,
}: TabListProps<Id>) => {
  const list = useRef<HTMLDivElement>(null)
  const onKeyDown = (event: KeyboardEvent): void => {
    const here = tabs.findIndex(({ id }) => id === selected)
    const tab = tabs[placeOfKey(event.key, here, tabs.length) ?? -1]
    if (tab === undefined) return
    event.preventDefault()
    onSelect(tab.id)
    list.current?.querySelector<HTMLElement>(`#${tabId(tab.id)}`)?.focus()
  }
  return (
    <div className="tab-list" role="tablist" aria-label={label} ref={list}>
      {tabs.map(({ id, title }) => (
        <button
          key={id}
          type="button"
          role="tab"
          id={tabId(id)}
          className="tab"
          aria-selected={id === selected}
          aria-controls={panelId(id)}
          tabIndex={id === selected ? 0 : -1}
          onClick={() => onSelect(id)}
          onKeyDown={onKeyDown}
        >
          {title}
        </button>
      ))}
    </div>
  )
}
