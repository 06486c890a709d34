import type { Catalogue } from '@sidep/contracts'
import { readCatalogue } from '@sidep/contracts/endpoints'
import { useEffect, useState } from 'react'
import type { ApiClient } from '../shared/api/index.ts'

/**
 * The words for kinds of test and devices, fetched once a link is there. Without them (an error, an old
 * phone's network) the result is still shown, with codes in their place.
 */
export const useCatalogue = (api: ApiClient, wanted: boolean): Catalogue | null => {
  const [catalogue, setCatalogue] = useState<Catalogue | null>(null)
  useEffect(() => {
    if (!wanted || catalogue !== null) return
    let mounted = true
    void api.ask(readCatalogue).then((answer) => {
      if (mounted && answer.ok) setCatalogue(answer.value)
    })
    return () => {
      mounted = false
    }
  }, [api, wanted, catalogue])
  return catalogue
}
