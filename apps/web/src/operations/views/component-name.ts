import { watchedComponents } from '@sidep/contracts'
import { useMessages } from '../../shared/messages/index.ts'
import { operationsMessages } from '../operations-messages.ts'

const named = [...watchedComponents, 'feed-tracing', 'feed-surveillance', 'feed-open-data'] as const

/** What is watched, by the name that people know it by; one that this page does not know is shown as it is. */
export const useComponentName = (): ((component: string) => string) => {
  const t = useMessages(operationsMessages)
  return (component) => {
    const known = named.find((one) => one === component)
    return known === undefined ? component : t(`component_${known}`)
  }
}
