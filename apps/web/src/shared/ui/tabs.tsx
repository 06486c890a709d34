import type { ReactNode } from 'react'
import { Tabs as AriaTabs, Tab, TabList, TabPanel } from 'react-aria-components'

interface TabItem<Id extends string> {
  readonly id: Id
  readonly title: ReactNode
  readonly content: ReactNode
}

export interface TabsProps<Id extends string> {
  readonly label: string
  readonly tabs: readonly TabItem<Id>[]
  readonly selected: Id
  readonly onSelect: (id: Id) => void
}

/** Tabs; every panel stays mounted, so that what was typed in one survives a look at another. */
export const Tabs = <Id extends string>({ label, tabs, selected, onSelect }: TabsProps<Id>) => (
  <AriaTabs
    selectedKey={selected}
    onSelectionChange={(key) => {
      const tab = tabs.find((candidate) => candidate.id === key)
      if (tab) onSelect(tab.id)
    }}
  >
    <TabList className="tab-list" aria-label={label}>
      {tabs.map((tab) => (
        <Tab key={tab.id} id={tab.id} className="tab">
          {tab.title}
        </Tab>
      ))}
    </TabList>
    {tabs.map((tab) => (
      <TabPanel
        key={tab.id}
        id={tab.id}
        className="tab-panel"
        shouldForceMount
        hidden={tab.id !== selected}
      >
        {tab.content}
      </TabPanel>
    ))}
  </AriaTabs>
)
