//! The proleptic Gregorian calendar, in days since 1970-01-01.

pub(crate) const SECONDS_PER_DAY: i64 = 86_400;

/// A day with the month around it.
#[derive(Clone, Copy)]
pub(crate) struct Date {
    /// Days since 1970-01-01.
    pub(crate) number: i64,
    pub(crate) year: i64,
    /// 1 to 12.
    pub(crate) month: u8,
    /// 1 to 31.
    pub(crate) day: u8,
}

impl Date {
    /// The date of a day number.
    ///
    /// Years are counted from 1 March here, so that the leap day is the last day of its year
    /// and the months before it have a fixed rhythm of 153 days in five months.
    pub(crate) const fn of_day(number: i64) -> Self {
        let since_march_of_year_0 = number + 719_468;
        let cycle = since_march_of_year_0.div_euclid(146_097);
        let day_of_cycle = since_march_of_year_0.rem_euclid(146_097);
        let year_of_cycle = (day_of_cycle - day_of_cycle / 1_460 + day_of_cycle / 36_524
            - day_of_cycle / 146_096)
            / 365;
        let day_of_year =
            day_of_cycle - (365 * year_of_cycle + year_of_cycle / 4 - year_of_cycle / 100);
        let months_since_march = (5 * day_of_year + 2) / 153;
        let day = (day_of_year - (153 * months_since_march + 2) / 5 + 1) as u8;
        let month = ((months_since_march + 2) % 12 + 1) as u8;
        let year = cycle * 400 + year_of_cycle + (month <= 2) as i64;
        Self {
            number,
            year,
            month,
            day,
        }
    }

    /// The first day of a month, counted from 1 (January) of `year` on.
    pub(crate) const fn first_of_month(year: i64, month: u8) -> Self {
        let months_since_march = (month as i64 + 9) % 12;
        let march_year = year - (month <= 2) as i64;
        let leap_days =
            march_year.div_euclid(4) - march_year.div_euclid(100) + march_year.div_euclid(400);
        let number = 365 * march_year + leap_days + (153 * months_since_march + 2) / 5 - 719_468;
        Self {
            number,
            year,
            month,
            day: 1,
        }
    }

    /// How many days of the month come after this one.
    pub(crate) const fn days_left(&self) -> u8 {
        self.month_length() - self.day
    }

    pub(crate) const fn month_length(&self) -> u8 {
        match self.month {
            2 if is_leap_year(self.year) => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        }
    }

    /// 0 is Sunday.
    pub(crate) const fn weekday(&self) -> u8 {
        (self.number + 4).rem_euclid(7) as u8
    }
}

const fn is_leap_year(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Days of February, by the rule as people know it.
    fn february(year: i64) -> u8 {
        let centuries_without = [1700, 1800, 1900, 2100, 2200, 2300];
        match year % 4 == 0 && !centuries_without.contains(&year) {
            true => 29,
            false => 28,
        }
    }

    #[test]
    fn every_day_of_eight_centuries_follows_the_one_before() {
        let (mut year, mut month, mut day) = (1600, 1, 1);
        let mut number = Date::first_of_month(year, month).number;
        assert_eq!(number, -135_140);
        while year < 2400 {
            let date = Date::of_day(number);
            assert_eq!((date.year, date.month, date.day), (year, month, day));
            assert_eq!(
                Date::first_of_month(year, month).number + i64::from(day),
                number + 1
            );
            let lengths = [31, february(year), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
            let length = lengths[usize::from(month) - 1];
            assert_eq!(
                (date.month_length(), date.days_left()),
                (length, length - day)
            );
            number += 1;
            day += 1;
            if day > length {
                (month, day) = (month + 1, 1);
            }
            if month > 12 {
                (year, month) = (year + 1, 1);
            }
        }
    }
}
