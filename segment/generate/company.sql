-- A synthetic retailer in plain DuckDB SQL: customers, order lines, web events, the truth.
--
-- Run by segment.generate with the target schema in use and these session variables:
--   seed       any text: another seed is another company
--   customers  how many customers
--   until      the last day of history (date)
--   lines      about how many order lines, NULL for what the customers buy by themselves
--   dirt       1 plants dirt, 0 leaves everything clean
--
-- Nothing here calls random(): each draw is a function of (seed, key, purpose), so the rows
-- do not depend on the number of threads, on the order of work or on the engine's version.
-- Tables called planned_* and the views are temporary.


-- 1. Draws -----------------------------------------------------------------------------------

-- A 32-bit integer hash in 64-bit arithmetic that cannot overflow: xor-shift and multiply, with
-- the constants of Chris Wellons' "lowbias32" (https://nullprogram.com/blog/2018/07/31/).
-- DuckDB's own hash() is not documented to stay the same between releases.
create temp macro shift_by_16(x) as xor(x, x >> 16);
create temp macro shift_by_15(x) as xor(x, x >> 15);
create temp macro low_32_bits(x) as x & 4294967295::ubigint;
create temp macro mixed(x) as shift_by_16(low_32_bits(shift_by_15(low_32_bits(
    shift_by_16(x) * 2146121005::ubigint)) * 2221713035::ubigint));
create temp macro folded(k) as
    xor(low_32_bits(k::ubigint), low_32_bits((k::ubigint >> 32) * 2654435761::ubigint));
create temp macro salt(purpose) as
    ('0x' || substr(md5(getvariable('seed') || '|' || purpose), 1, 8))::ubigint;

-- Uniform on the open interval (0, 1); standard normal (Box and Muller, 1958).
create temp macro u(k, purpose) as
    (mixed(xor(folded(k), salt(purpose)))::double + 0.5::double) / 4294967296::double;
create temp macro z(k, purpose) as
    sqrt(-2 * ln(u(k, purpose || ', radius'))) * cos(2 * pi() * u(k, purpose || ', angle'));
create temp macro pick(k, purpose, choices) as
    choices[1 + floor(u(k, purpose) * len(choices))::bigint];
-- Places of a list, from 0, each as often as its weight: picking from them is a draw by weight.
create temp macro by_weight(weights) as (
    select flatten(list(list_resize([]::int[], weight, place) order by place))
    from (select unnest(weights)::int as weight, unnest(range(len(weights)))::int as place)
);
create temp macro blend(own, other, weight) as own * (1 - weight) + other * weight;


-- 2. Customer types --------------------------------------------------------------------------

-- How each type behaves. share: per mille of all customers. last_days: median days between the
-- last order and the day after `until`. basket: median value of an order in EUR. span: median
-- days between first and last order. *_spread: standard deviation of the logarithm.
-- drifts_to: the type that some of them are on their way to (section 4).
create temp table behaviours (
    type_no int, planted_type text, share int, drifts_to int,
    last_days double, last_spread double, orders double, orders_spread double,
    basket double, basket_spread double, lines_per_order double, span double,
    discounted double, returned double, web double, app double,
    events double, events_last double, events_span int
);
insert into behaviours values
    (1, 'champions',          90, 2,   3.1, 0.58, 45.0, 0.24,  92, 0.24, 3.0, 780, 0.12, 0.04, 0.35, 0.45, 36, 0.0, 365),
    (2, 'loyal regulars',    180, 6,  25.0, 0.38, 16.0, 0.22,  68, 0.24, 2.8, 720, 0.18, 0.04, 0.40, 0.20, 22, 0.0, 365),
    (3, 'big baskets',       120, 2,  75.0, 0.38,  4.0, 0.24, 430, 0.26, 6.0, 640, 0.10, 0.07, 0.30, 0.05, 11, 0.0, 365),
    (4, 'newcomers',         150, 5,  13.0, 0.48,  1.3, 0.25,  46, 0.26, 1.8,  18, 0.28, 0.05, 0.50, 0.35, 15, 0.0,  60),
    (5, 'bargain hunters',   160, 2,  50.0, 0.36,  8.0, 0.24,  23, 0.24, 1.8, 560, 0.62, 0.09, 0.65, 0.20, 30, 0.0, 365),
    (6, 'lapsing regulars',  110, 7, 270.0, 0.26, 12.0, 0.24,  56, 0.26, 2.4, 480, 0.20, 0.06, 0.45, 0.10,  8, 0.5, 365),
    (7, 'lost one-timers',   140, 6, 430.0, 0.26,  1.0, 0.20,  50, 0.26, 1.6,  40, 0.30, 0.05, 0.60, 0.10,  4, 0.8,  60),
    (8, 'browsers',           50, 4,  40.0, 0.90,  0.0, 0.00,   0, 0.00, 1.0,   0, 0.00, 0.00, 0.70, 0.30, 10, 0.0, 120);

-- Who they are: ages in years, income in EUR a year, spending score 1 to 100. The types overlap
-- widely here: who someone is says little about how they buy.
create temp table people (
    type_no int, age double, age_sd double, income double, income_spread double,
    score double, score_sd double, opts_in double, household double, satisfaction double
);
insert into people values
    (1, 44, 11, 58000, 0.32, 74, 13, 0.82, 2.6, 4.4),
    (2, 47, 13, 46000, 0.34, 60, 14, 0.70, 2.5, 4.1),
    (3, 52, 12, 63000, 0.36, 64, 15, 0.45, 3.0, 4.0),
    (4, 34, 11, 36000, 0.38, 50, 18, 0.62, 2.0, 3.9),
    (5, 39, 13, 31000, 0.34, 42, 15, 0.78, 2.7, 3.6),
    (6, 49, 14, 43000, 0.36, 46, 16, 0.48, 2.4, 3.2),
    (7, 42, 15, 38000, 0.38, 32, 16, 0.30, 2.2, 3.0),
    (8, 33, 12, 34000, 0.40, 34, 18, 0.55, 2.0, 3.4);

-- What they buy: weights of the ten categories, adding to 100 in each row.
create temp table tastes (type_no int, weights int[]);
insert into tastes values
    (1, [14, 14,  8,  9,  6,  5, 16, 10, 12,  6]),
    (2, [16, 12,  6, 10,  8,  8, 14,  8,  6, 12]),
    (3, [14, 12, 16, 18,  4,  2,  3,  9, 20,  2]),
    (4, [10,  8,  7,  6,  9, 12, 20, 12, 12,  4]),
    (5, [12, 14,  4,  8, 16, 18, 14,  6,  2,  6]),
    (6, [16, 12,  8, 12, 12,  8, 10, 10,  6,  6]),
    (7, [10,  8,  8,  8, 22, 16,  8,  8,  8,  4]),
    (8, [10, 10, 10, 10, 10, 10, 10, 10, 10, 10]);


-- 3. Seasons and hours -----------------------------------------------------------------------

-- These lists are variables, not tables: looking a choice up needs no join, so that millions of
-- orders and lines stream through without filling the memory.

-- Days are counted from the first day of history: 0 .. 1,095, the last of them is `until`.
set variable last_day = 1095;
set variable first_date = getvariable('until') - getvariable('last_day')::int;

-- Weeks of the history by their season: turnover peaks before Christmas.
set variable weeks = by_weight((
    select list([8, 8, 9, 10, 10, 10, 9, 9, 10, 11, 14, 17][
        month(getvariable('first_date') + (7 * week_no + 3)::int)] order by week_no)
    from range(getvariable('last_day') // 7 + 1) as numbers (week_no)
));

-- Days of such a week. The shops are fullest on Saturday; weeks begin where the history does.
set variable weekdays = by_weight((
    select list([17, 12, 13, 13, 14, 16, 20][1 + (dayofweek(getvariable('first_date')) + day_no) % 7] order by day_no)
    from range(7) as numbers (day_no)
));

set variable web_hours = by_weight([3, 1, 1, 1, 1, 1, 2, 6, 9, 12, 14, 15, 17, 16, 14, 13, 14, 16, 21, 27, 33, 31, 20, 9]);
set variable app_hours = by_weight([4, 2, 1, 1, 1, 2, 7, 17, 15, 10, 9, 10, 19, 15, 9, 9, 12, 20, 22, 24, 27, 29, 23, 11]);
set variable store_hours = by_weight([0, 0, 0, 0, 0, 0, 0, 0, 1, 9, 18, 21, 19, 16, 17, 20, 23, 25, 20, 11, 0, 0, 0, 0]);

create temp macro seconds_of_day(k, channel) as 3600 * case channel
    when 'web' then pick(k, 'hour', getvariable('web_hours'))
    when 'app' then pick(k, 'hour', getvariable('app_hours'))
    else pick(k, 'hour', getvariable('store_hours'))
end + floor(3600 * u(k, 'second'))::bigint;


-- 4. Customers -------------------------------------------------------------------------------

-- Customer 1 is always a champion, so that even the smallest company has a customer who buys.
-- Some 7 % of each type are on their way to another type: everything they do is a blend of the
-- two, and most of them look more like where they are going than like what they are.
create temp table typed_customers as
with ends as (
    select type_no, planted_type, drifts_to,
        sum(share) over (order by type_no) as share_to
    from behaviours
),
draws as (
    select customer_key,
        case when customer_key = 1 then 0 else u(customer_key, 'type') * 1000 end as type_draw,
        case
            when customer_key > 1 and u(customer_key, 'drifts') < 0.07
            then 0.25 + 0.75 * u(customer_key, 'how far it has drifted') else 0
        end as drift
    from range(1, getvariable('customers') + 1) as keys (customer_key)
)
select draws.customer_key, ends.type_no, ends.planted_type, ends.drifts_to,
    -- a browser has no order to drift with
    case when ends.planted_type = 'browsers' then 0 else draws.drift end as drift
from draws
join ends on draws.type_draw < ends.share_to
    and draws.type_draw >= ends.share_to - (
        select share from behaviours where behaviours.type_no = ends.type_no);

create temp table planned_customers as
with blended as (
    select customer_key, typed_customers.type_no, typed_customers.planted_type, typed_customers.drifts_to, drift,
        exp(blend(ln(own.last_days), ln(other.last_days), drift)
            + blend(own.last_spread, other.last_spread, drift) * z(customer_key, 'last order')) as last_days,
        case
            when typed_customers.planted_type = 'browsers' then 0
            else greatest(1, round(exp(blend(ln(own.orders), ln(other.orders), drift)
                + blend(own.orders_spread, other.orders_spread, drift) * z(customer_key, 'orders'))))
        end::bigint as order_count,
        case
            when typed_customers.planted_type = 'browsers' then 0
            else exp(blend(ln(own.basket), ln(other.basket), drift)
                + blend(own.basket_spread, other.basket_spread, drift) * z(customer_key, 'basket'))
        end as basket,
        blend(own.span, other.span, drift) * exp(0.45 * z(customer_key, 'span')) as span,
        blend(own.lines_per_order, other.lines_per_order, drift) as lines_per_order,
        blend(own.discounted, other.discounted, drift) as discounted,
        blend(own.returned, other.returned, drift) as returned,
        blend(own.web, other.web, drift) as web,
        blend(own.app, other.app, drift) as app,
        round(exp(blend(ln(own.events), ln(other.events), drift)
            + 0.6 * z(customer_key, 'events')))::bigint as event_count,
        blend(own.events_last, other.events_last, drift) as events_last,
        blend(own.events_span, other.events_span, drift) as events_span
    from typed_customers
    join behaviours as own on own.type_no = typed_customers.type_no
    join behaviours as other on other.type_no = typed_customers.drifts_to
),
dated as (
    select *,
        -- an order on `until` itself is one day old on the day after
        getvariable('last_day') + 1 - case
            when customer_key = 1 then 1
            else greatest(1, least(1000, round(last_days)))
        end::int as last_order_day
    from blended
),
spanned as (
    select *,
        case
            when order_count <= 1 then last_order_day
            -- nobody is older than the company, whose oldest customers did not all come at once
            else last_order_day - greatest(1, round(least(
                span, last_order_day * (0.6 + 0.4 * u(customer_key, 'earliest')))))
        end::int as first_order_day
    from dated
)
select *,
    'C' || lpad(customer_key::text, greatest(6, len(getvariable('customers')::text))::int, '0') as customer_id,
    floor(100 * u(customer_key, 'favourite category'))::int as favourite_slice,
    -- where the first and the newest order are in the list of weeks
    list_position(getvariable('weeks'), first_order_day // 7) - 1 as weeks_from,
    list_position(getvariable('weeks'), last_order_day // 7) + last_order_day % 7 as weeks_to,
    -- signing up precedes the first order; browsers signed up some months ago
    case
        when order_count > 0 then first_order_day - 1 - floor(20 * power(u(customer_key, 'sign-up'), 3))
        else greatest(0, last_order_day - 1 - floor(300 * u(customer_key, 'sign-up')))
    end::int as signed_up_day,
    -- orders and events are numbered through
    sum(order_count) over (order by customer_key rows unbounded preceding)::bigint - order_count as orders_before,
    sum(event_count) over (order by customer_key rows unbounded preceding)::bigint - event_count as events_before
from spanned;


-- 5. Products --------------------------------------------------------------------------------

-- Ten categories, six goods in each, every good in six ranges of rising price: 360 products.
create temp table categories (category_no int, category text, base_price double, goods text[]);
insert into categories values
    (1, 'Kitchen', 8, ['Frying Pan', 'Chopping Board', 'Mixing Bowl', 'Casserole', 'Coffee Maker', 'Knife Set']),
    (2, 'Home Textiles', 8, ['Bath Towel', 'Cushion Cover', 'Throw Blanket', 'Bed Linen Set', 'Table Runner', 'Curtain Pair']),
    (3, 'Lighting', 13, ['Table Lamp', 'Floor Lamp', 'Pendant Light', 'String Lights', 'Reading Lamp', 'Wall Light']),
    (4, 'Garden', 9, ['Plant Pot', 'Garden Hose', 'Pruning Shears', 'Lantern', 'Folding Chair', 'Raised Bed']),
    (5, 'Toys', 6, ['Wooden Train', 'Jigsaw Puzzle', 'Board Game', 'Building Blocks', 'Plush Bear', 'Craft Kit']),
    (6, 'Stationery', 4, ['Notebook', 'Fountain Pen', 'Desk Organiser', 'Photo Album', 'Wall Calendar', 'Gift Wrap Set']),
    (7, 'Beauty', 5, ['Hand Cream', 'Bath Salts', 'Scented Candle', 'Face Serum', 'Shampoo Bar', 'Gift Set']),
    (8, 'Sports', 9, ['Yoga Mat', 'Water Bottle', 'Dumbbell Pair', 'Running Belt', 'Gym Bag', 'Skipping Rope']),
    (9, 'Electronics', 17, ['Bluetooth Speaker', 'Headphones', 'Smart Plug Set', 'Power Bank', 'Kitchen Scale', 'Alarm Clock']),
    (10, 'Pets', 5, ['Dog Bed', 'Cat Scratcher', 'Feeding Bowl', 'Chew Toy Set', 'Travel Carrier', 'Grooming Brush']);

create temp table products as
with listed as (
    select category_no, category, base_price, range_no::int as range_no, good_no::int as good_no,
        ['Basic', 'Everyday', 'Classic', 'Select', 'Studio', 'Signature'][range_no + 1] || ' ' || goods[good_no + 1] as product_name,
        -- each range costs 1.75 times the one below, each product a little more or less
        base_price * power(1.75, range_no) * (0.88 + 0.048 * ((good_no * 5 + range_no * 3 + category_no) % 6)) as price
    from categories, range(6) as ranges (range_no), range(6) as goods_of (good_no)
)
select ((category_no - 1) * 36 + range_no * 6 + good_no)::int as product_no,
    'P' || lpad((category_no * 100 + range_no * 10 + good_no)::text, 4, '0') as product_id,
    product_name, category as product_category,
    case when price < 40 then round(price) - 0.01 else round(price / 5) * 5 - 0.05 end::decimal(10, 2) as list_price
from listed;

-- By product_no, and a hundred choices of a category for each type.
set variable catalogue = (
    select list({'id': product_id, 'name': product_name, 'category': product_category, 'price': list_price}
        order by product_no)
    from products
);
set variable base_prices = (select list(base_price order by category_no) from categories);
set variable tastes = (select flatten(list(by_weight(weights) order by type_no)) from tastes);


-- 6. Orders ----------------------------------------------------------------------------------

-- With `lines` given, baskets get more or fewer lines, never another value: the types stay.
-- Returns and dirt add about 5.5 % to the lines ordered.
set variable line_scale = (
    select case
        when getvariable('lines') is null then 1
        else coalesce(greatest(0,
            (getvariable('lines') / 1.055 - sum(order_count))
            / nullif(sum((order_count * (lines_per_order - 1))::decimal(18, 6)), 0)::double), 1)
    end
    from planned_customers
);

create temp view planned_orders as
with numbered as (
    select *, unnest(range(1, order_count + 1)) as order_no from planned_customers where order_count > 0
),
keyed as (
    select *, orders_before + order_no as order_key,
        1 + (lines_per_order - 1) * getvariable('line_scale') as typical_lines
    from numbered
),
drawn as (
    select *,
        case
            when u(order_key, 'channel') < web then 'web'
            when u(order_key, 'channel') < web + app then 'app' else 'store'
        end as channel,
        -- who drifts buys some of it like the other type
        case when u(order_key, 'taste') < drift then drifts_to else type_no end as taste_no,
        -- the geometric distribution; 99 lines are the most
        case
            when typical_lines <= 1.0001 then 1
            else least(99, 1 + floor(ln(u(order_key, 'lines')) / ln(1 - 1 / typical_lines)))
        end::bigint as line_count,
        basket * exp(0.22 * z(order_key, 'order basket') - 0.0242) as order_basket,
        -- the newest order stands, so that the customer keeps buying on that day
        case when order_no > 1 and u(order_key, 'cancelled') < 0.03 then 'cancelled' else 'completed' end as status
    from keyed
),
dated as (
    select *,
        case order_no
            when 1 then last_order_day
            when 2 then first_order_day
            else least(last_order_day, greatest(first_order_day,
                7 * getvariable('weeks')[1 + weeks_from + floor((weeks_to - weeks_from) * u(order_key, 'week'))::int]
                + pick(order_key, 'weekday', getvariable('weekdays'))))
        end as day_no
    from drawn
)
select customer_id, order_key, 'O' || (10000000 + order_key) as order_id,
    status, channel, line_count, taste_no, favourite_slice,
    -- a bigger basket costs more, but not in proportion
    order_basket / sqrt(typical_lines * line_count) as line_value,
    -- sales in January and around Black Friday
    discounted * case when month(getvariable('first_date') + day_no) in (1, 11) then 1.4 else 0.92 end as discounted,
    ((getvariable('first_date') + day_no)::timestamp + to_seconds(seconds_of_day(order_key, channel)))::text as ordered_at
from dated;


-- 7. Lines -----------------------------------------------------------------------------------

-- unit_price is the list price; discount_amount is what was taken off for the whole line.
create table transactions as
with numbered as (
    select *, unnest(range(1, line_count + 1)) as line_no from planned_orders
),
keyed as (
    select *, order_key * 1000 + line_no as line_id from numbered
),
drawn as (
    select *,
        -- 0 .. 9; everyone has a favourite
        getvariable('tastes')[1 + 100 * (taste_no - 1) + case
            when u(line_id, 'favourite') < 0.4 then favourite_slice
            else floor(100 * u(line_id, 'category'))::int
        end] as category_place,
        line_value * exp(0.35 * z(line_id, 'value') - 0.06) as wanted_value,
        case when u(line_id, 'units') < 0.74 then 1 when u(line_id, 'units') < 0.92 then 2 else 3 end as wanted_units,
        case
            when u(line_id, 'discounted') < discounted
            then pick(line_id, 'discount', [10, 10, 15, 20, 20, 25, 30, 50]) else 0
        end as discount_percent
    from keyed
),
ranged as (
    select *,
        -- the range whose price is nearest to what this customer spends on a piece
        greatest(0, least(5, round(ln(
            wanted_value / wanted_units / getvariable('base_prices')[1 + category_place]) / ln(1.75))))::int as range_no
    from drawn
),
chosen as (
    select *,
        -- the first goods of a category sell best
        getvariable('catalogue')[1 + category_place * 36 + range_no * 6
            + floor(6 * power(u(line_id, 'good'), 1.4))::int] as product
    from ranged
),
priced as (
    select *, product.price as list_price,
        greatest(1, least(36, round(wanted_value / product.price::double)))::int as quantity,
        (product.price * (100 - discount_percent) * 0.01)::decimal(10, 2) as paid_price
    from chosen
)
select line_id, order_id, customer_id, ordered_at, product.id as product_id, product.name as product_name,
    product.category as product_category, quantity, list_price::decimal(10, 2) as unit_price,
    (quantity * (list_price - paid_price))::decimal(10, 2) as discount_amount,
    channel, status, 'EUR' as currency
from priced;


-- 8. Returns ---------------------------------------------------------------------------------

-- A return is a line of its own, some days later, with a negative quantity at the same terms.
-- The first line of the newest order always stays, so nobody returns everything.
set variable most_returned = (select max(returned) from behaviours);

insert into transactions
with returned as (
    select transactions.*,
        ordered_at::timestamp + to_days(2 + floor(20 * u(line_id, 'days to return'))::int) as returned_at
    from transactions
    join planned_customers on planned_customers.customer_id = transactions.customer_id
    where u(line_id, 'returned') < planned_customers.returned
        -- says the same again, but before the join
        and u(line_id, 'returned') < getvariable('most_returned')
        and status = 'completed'
        and line_id <> (orders_before + 1) * 1000 + 1
)
select line_id + 100, 'R' || substr(order_id, 2), customer_id, returned_at::text, product_id, product_name, product_category,
    -quantity, unit_price, discount_amount, channel, status, currency
from returned
where returned_at < (getvariable('until') + 1)::timestamp;


-- 9. Dirt in the lines -----------------------------------------------------------------------

-- Dirty lines are extra copies of good ones with one thing broken, so a cleaning that
-- rejects them all is left with exactly the company above.
create temp table dirty_lines as
select *,
    case
        when u(line_id, 'dirt kind') < 0.20 then 'missing_customer'
        when u(line_id, 'dirt kind') < 0.35 then 'unparsable_date'
        when u(line_id, 'dirt kind') < 0.45 then 'future_date'
        when u(line_id, 'dirt kind') < 0.60 then 'missing_amount'
        when u(line_id, 'dirt kind') < 0.80 then 'duplicate'
        when u(line_id, 'dirt kind') < 0.92 then 'draft'
        when u(line_id, 'dirt kind') < 0.96 then 'missing_order'
        else 'implausible_date'
    end as kind
from transactions
where u(line_id, 'dirt') < 0.014 * getvariable('dirt') and status = 'completed' and quantity > 0;

insert into transactions
select
    case kind when 'duplicate' then line_id else line_id + 200 end,
    case kind
        when 'missing_customer' then 'G' || substr(order_id, 2)
        when 'draft' then 'D' || substr(order_id, 2)
        when 'missing_order' then null else order_id
    end,
    case when kind <> 'missing_customer' then customer_id when u(line_id, 'half') < 0.3 then '' end,
    case kind
        when 'unparsable_date'
        then pick(line_id, 'bad date', ['31/02/2024', 'n/a', '0000-00-00 00:00:00', '2024-13-45 10:00:00', '?'])
        when 'future_date' then (ordered_at::timestamp + to_years(75))::text
        when 'implausible_date' then '1899-12-30 00:00:00'  -- day 0 of a spreadsheet
        else ordered_at
    end,
    product_id, product_name, product_category,
    case when kind <> 'missing_amount' or u(line_id, 'half') < 0.5 then quantity end,
    case when kind <> 'missing_amount' or u(line_id, 'half') >= 0.5 then unit_price end,
    discount_amount, channel,
    case kind when 'draft' then 'draft' else status end,
    currency
from dirty_lines;


-- 10. The customer file ----------------------------------------------------------------------

create temp table planned_people as
with drawn as (
    select customer_key, customer_id, signed_up_day, u(customer_key, 'dirt') as dirt_draw,
        greatest(18, least(91, own.age + own.age_sd * z(customer_key, 'age'))) as age,
        round(own.income * exp(own.income_spread * z(customer_key, 'income')) / 100) * 100 as income,
        greatest(1, least(100, round(
            blend(own.score, other.score, drift) + own.score_sd * z(customer_key, 'score'))))::int as score,
        u(customer_key, 'opts in') < own.opts_in as opts_in,
        greatest(1, least(6, round(own.household + 1.1 * z(customer_key, 'household'))))::int as household,
        greatest(1, least(5, round(own.satisfaction + 0.9 * z(customer_key, 'satisfaction'))))::int as satisfaction
    from planned_customers
    join people as own on own.type_no = planned_customers.type_no
    join people as other on other.type_no = planned_customers.drifts_to
)
select *,
    case
        when getvariable('dirt') = 0 then 'clean'
        when dirt_draw < 0.004 then 'duplicate'
        when dirt_draw < 0.008 then 'impossible_age'
        when dirt_draw < 0.012 then 'negative_income'
        when dirt_draw < 0.015 then 'missing_customer'
        else 'clean'
    end as kind
from drawn;

create table customers as
select customer_id,
    case
        when kind = 'impossible_age' and u(customer_key, 'half') < 0.7 then date '1875-01-01'
        when kind = 'impossible_age' then getvariable('until') + (365 * 60)
        else getvariable('until') - round(age * 365.25)::int
    end as birth_date,
    case
        when u(customer_key, 'gender') < 0.53 and getvariable('dirt') = 0 then 'female'
        when u(customer_key, 'gender') < 0.53 then pick(customer_key, 'spelling',
            ['female', 'female', 'female', 'female', 'F', 'F', 'f', 'Female', 'Female ', 'FEMALE'])
        when u(customer_key, 'gender') < 0.99 and getvariable('dirt') = 0 then 'male'
        when u(customer_key, 'gender') < 0.96 then pick(customer_key, 'spelling',
            ['male', 'male', 'male', 'male', 'M', 'M', 'm', 'Male', ' male', 'MALE'])
        when u(customer_key, 'gender') < 0.97 then 'unknown'
        when u(customer_key, 'gender') < 0.99 then null
        else 'other'
    end as gender,
    case
        when kind = 'negative_income' then -1
        when u(customer_key, 'income given') < 0.04 * getvariable('dirt') then null
        else income
    end::double as annual_income,
    case when u(customer_key, 'score given') < 0.02 * getvariable('dirt') then null else score end as spending_score,
    (getvariable('first_date') + signed_up_day)::timestamp
        + to_seconds(floor(6 * 3600 + 17 * 3600 * u(customer_key, 'signed up at'))::bigint) as signed_up_at,
    pick(customer_key, 'country', ['Germany', 'Germany', 'Germany', 'Germany', 'Germany', 'France', 'France',
        'Austria', 'Austria', 'Netherlands', 'Netherlands', 'Belgium', 'Italy', 'Spain']) as country,
    opts_in as email_opt_in,
    household as household_size,
    -- a survey: most people do not answer
    case when u(customer_key, 'answers') < 0.4 then satisfaction end as satisfaction
from planned_people;

-- Loaded twice, and copies that lost their id.
insert into customers
select case when kind = 'duplicate' then customers.customer_id end, customers.* exclude (customer_id)
from customers join planned_people on planned_people.customer_id = customers.customer_id
where kind in ('duplicate', 'missing_customer');


-- 11. Web events -----------------------------------------------------------------------------

create temp view planned_events as
with numbered as (
    select *, unnest(range(1, event_count + 1)) as event_no from planned_customers
),
keyed as (
    select *, events_before + event_no as event_id,
        -- they look around after their last order too; the lost ones only for a while
        last_order_day + floor((getvariable('last_day') - last_order_day)
            * (1 - events_last) * u(customer_key, 'last visit'))::int as last_visit_day
    from numbered
),
dated as (
    select *, last_visit_day - floor((1 + last_visit_day - greatest(signed_up_day + 1, last_visit_day - round(events_span)))
        * power(u(event_id, 'event day'), 1.5))::int as day_no
    from keyed
)
select event_id, customer_id,
    (getvariable('first_date') + day_no)::timestamp
        + to_seconds(seconds_of_day(event_id, case when u(event_id, 'device') < web then 'web' else 'app' end)) as occurred_at,
    pick(event_id, 'event type', ['page_view', 'page_view', 'page_view', 'page_view', 'product_view', 'product_view',
        'product_view', 'search', 'add_to_cart', 'email_open']) as event_type
from dated;

create table events as select * from planned_events;

create temp table dirty_events as
select *,
    case
        when u(event_id, 'dirt kind') < 0.5 then 'missing_customer'
        when u(event_id, 'dirt kind') < 0.8 then 'future_date'
        else 'unknown_customer'
    end as kind
from events where u(event_id, 'dirt') < 0.01 * getvariable('dirt');

insert into events
select (select max(event_id) from events) + row_number() over (order by event_id),
    case
        when kind = 'unknown_customer' then 'V' || substr(customer_id, 2)  -- a visitor, no customer
        when kind <> 'missing_customer' then customer_id
        when u(event_id, 'half') < 0.3 then ''
    end,
    case kind when 'future_date' then occurred_at + to_years(75) else occurred_at end,
    event_type
from dirty_events;


-- 12. The truth ------------------------------------------------------------------------------

create table planted_types as
select customer_id, planted_type from planned_customers;

create temp table planted_dirt as
select 'transactions' as input, kind, count(*) as planted from dirty_lines group by kind
union all
select 'customers', kind, count(*) from planned_people where kind <> 'clean' group by kind
union all
select 'events', kind, count(*) from dirty_events group by kind;
