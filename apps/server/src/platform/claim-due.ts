/** Taking what is due from tables by site: looked for across sites without a lock, then claimed at each. */

/** Others took all that was seen so many times: they are doing the work. */
const looksMax = 5

/**
 * @param look what is due, the longest first; what others have taken is not in it
 * @param claim takes what of it is still free, at one site
 */
export const claimDue = async <Due extends { readonly site_id: string }, Claimed>(
  look: () => Promise<readonly Due[]>,
  claim: (siteId: string, due: readonly Due[]) => Promise<readonly Claimed[]>,
): Promise<Claimed[]> => {
  for (let looks = 0; looks < looksMax; looks += 1) {
    const due = await look()
    if (due.length === 0) return []
    const bySite = [...Map.groupBy(due, ({ site_id }) => site_id)]
    const claimed = await Promise.all(bySite.map(([siteId, ofSite]) => claim(siteId, ofSite)))
    if (claimed.some(({ length }) => length > 0)) return claimed.flat()
  }
  return []
}
