/** A4 in four: apart from the drawing, which is fetched when the first slips are printed. */
export const slipsPerPage = 4
