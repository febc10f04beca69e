//! Where the page shows outputs: after the section of their commands.

use std::collections::{BTreeMap, BTreeSet};

use super::comparison::PairRole;
use super::group::{Fragment, Grouping, Place, Section, Why};
use super::unit::Units;

impl Grouping<'_> {
    /// Outputs face each other if they are linked; they follow the section of their commands.
    pub(super) fn outputs(&mut self) {
        let (old_units, new_units) = (&self.linked.old_units, &self.linked.new_units);
        let whole = |units: &Units, block: usize| units.roles[block] == Some(PairRole::Output);
        let shown_old: Vec<usize> = (0..old_units.list.len())
            .filter(|unit| whole(old_units, old_units.list[*unit].block) || self.cut_outputs.contains(unit))
            .collect();
        let partner = |old: usize| {
            let found = self.linked.matches.iter().find(|found| found.old == old)?;
            let block = new_units.list[found.new].block;
            whole(new_units, block).then_some(block)
        };
        let mut faced: BTreeMap<usize, usize> = shown_old
            .iter()
            .filter_map(|old| Some((partner(*old)?, *old)))
            .collect();
        self.unlike(&shown_old, &mut faced);
        let fragment = |unit: usize| {
            let unit = &old_units.list[unit];
            Fragment {
                block: unit.block,
                lines: unit.lines.clone(),
            }
        };
        let section = |old: Vec<Fragment>, new: Vec<usize>| Section {
            role: PairRole::Output,
            old,
            new,
            why: Why::Output,
            moved: 0,
            pointer: None,
        };
        let mut found: Vec<(Place, Section)> = Vec::new();
        for block in (0..new_units.roles.len()).filter(|block| whole(new_units, *block)) {
            let owner = new_units.list[new_units.of_block[block].start].owner;
            let place = owner
                .and_then(|owner| self.of_new.get(&new_units.list[owner].block))
                .map_or(0, |at| self.sections[*at].0.0);
            let old = faced.get(&block).map(|unit| fragment(*unit));
            found.push((
                (place, 0, 2 * block + 2),
                section(old.into_iter().collect(), vec![block]),
            ));
        }
        let paired: BTreeSet<usize> = faced.values().copied().collect();
        for unit in shown_old.into_iter().filter(|unit| !paired.contains(unit)) {
            let (place, index) = self.output_place(unit);
            found.push((
                (place.0, place.1, place.2 + index),
                section(vec![fragment(unit)], Vec::new()),
            ));
        }
        self.sections.extend(found);
    }

    /// Outputs of commands that are linked face each other, one by one, even where their texts are not alike.
    fn unlike(&self, shown_old: &[usize], faced: &mut BTreeMap<usize, usize>) {
        let (old_units, new_units) = (&self.linked.old_units, &self.linked.new_units);
        let paired: BTreeSet<usize> = faced.values().copied().collect();
        for old in shown_old.iter().filter(|old| !paired.contains(old)) {
            let owner = old_units.list[*old].owner;
            let found = self.linked.matches.iter().find(|found| Some(found.old) == owner);
            let Some(command) = found.map(|found| new_units.list[found.new].block) else {
                continue;
            };
            let free = (0..new_units.roles.len()).find(|block| {
                let unit = new_units.of_block[*block]
                    .clone()
                    .next()
                    .map(|unit| &new_units.list[unit]);
                let of = unit
                    .and_then(|unit| unit.owner)
                    .map(|owner| new_units.list[owner].block);
                new_units.roles[*block] == Some(PairRole::Output) && of == Some(command) && !faced.contains_key(block)
            });
            if let Some(block) = free {
                faced.insert(block, *old);
            }
        }
    }

    /// The place after the section that shows the commands of an output of the original.
    fn output_place(&self, unit: usize) -> (Place, usize) {
        let units = &self.linked.old_units;
        let Some(owner) = units.list[unit].owner else {
            return ((0, 0, 0), 0);
        };
        let (block, line) = (units.list[owner].block, units.list[owner].lines.start);
        let holds = |section: &Section| {
            section
                .old
                .iter()
                .any(|part| part.block == block && part.lines.contains(&line))
        };
        let place = self
            .sections
            .iter()
            .find(|(_, section)| holds(section))
            .map_or((0, 0, 0), |(place, _)| *place);
        (place, usize::from(place.1 == 0))
    }
}
