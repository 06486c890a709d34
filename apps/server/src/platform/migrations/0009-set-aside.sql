-- Why a professional put a result aside that another counter had recorded otherwise: kept with its flag.
alter table continuity_flag add column reason text;
