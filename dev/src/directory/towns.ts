/** Where synthetic sites lie: real towns, so that départements and overseas codes are exercised. */
export interface Town {
  readonly department: string
  readonly postalCode: string
  readonly municipality: string
}

const town = (department: string, postalCode: string, municipality: string): Town => ({
  department,
  postalCode,
  municipality,
})

export const towns: readonly Town[] = [
  town('01', '01000', 'BOURG-EN-BRESSE'),
  town('06', '06000', 'NICE'),
  town('13', '13001', 'MARSEILLE'),
  town('13', '13100', 'AIX-EN-PROVENCE'),
  town('14', '14000', 'CAEN'),
  town('17', '17000', 'LA ROCHELLE'),
  town('2A', '20000', 'AJACCIO'),
  town('2B', '20200', 'BASTIA'),
  town('21', '21000', 'DIJON'),
  town('25', '25000', 'BESANÇON'),
  town('29', '29200', 'BREST'),
  town('30', '30000', 'NÎMES'),
  town('31', '31000', 'TOULOUSE'),
  town('33', '33000', 'BORDEAUX'),
  town('34', '34000', 'MONTPELLIER'),
  town('35', '35000', 'RENNES'),
  town('38', '38000', 'GRENOBLE'),
  town('42', '42000', 'SAINT-ÉTIENNE'),
  town('44', '44000', 'NANTES'),
  town('49', '49000', 'ANGERS'),
  town('51', '51100', 'REIMS'),
  town('54', '54000', 'NANCY'),
  town('57', '57000', 'METZ'),
  town('59', '59000', 'LILLE'),
  town('62', '62000', 'ARRAS'),
  town('63', '63000', 'CLERMONT-FERRAND'),
  town('67', '67000', 'STRASBOURG'),
  town('69', '69003', 'LYON'),
  town('72', '72000', 'LE MANS'),
  town('75', '75010', 'PARIS'),
  town('75', '75020', 'PARIS'),
  town('76', '76000', 'ROUEN'),
  town('83', '83000', 'TOULON'),
  town('86', '86000', 'POITIERS'),
  town('87', '87000', 'LIMOGES'),
  town('93', '93200', 'SAINT-DENIS'),
  town('94', '94000', 'CRÉTEIL'),
  town('97', '97110', 'POINTE-À-PITRE'),
  town('97', '97200', 'FORT-DE-FRANCE'),
  town('97', '97400', 'SAINT-DENIS'),
]
