{#- The usual archetypes of customers by how they buy, in their order. Bounds that are left out are open; the last
    archetype, which has none, is for the segments that no other archetype fits. -#}
{% macro playbook_definitions() %}
  {{- return([
    {'archetype': 'Champions', 'recency': [0.65, 1], 'frequency': [0.7, 1], 'monetary': [0.7, 1],
     'description': 'Among the best customers, who buy more than average, more often and more recently.',
     'strategy': 'Keep them with recognition and service, not with price, and encourage them to recommend you.',
     'promotion': 'Early access to new products, small gifts, rewards for a referral; no discount.',
     'channel': 'App or personal e-mail, and personal service.',
     'measure': 'Customers kept each quarter, referrals, share of revenue at full price.'},
    {'archetype': 'Loyal', 'recency': [0.4, 1], 'frequency': [0.6, 1], 'monetary': [0.5, 1],
     'description': 'Regular customers, who order more often and spend more than average.',
     'strategy': 'Make them champions: reward the next orders and widen what they buy.',
     'promotion': 'Points or a step in the loyalty programme, bundles with categories new to them.',
     'channel': 'E-mail and app.',
     'measure': 'Orders per customer, categories per customer, moves to Champions.'},
    {'archetype': 'Cannot lose them', 'recency': [0, 0.3], 'frequency': [0.6, 1], 'monetary': [0.7, 1],
     'description': 'Spent more than average, ordered more often, and have been silent for longer.',
     'strategy': 'Win them back in person, and learn why they left.',
     'promotion': 'One strong, personal offer on what they used to buy.',
     'channel': 'Phone call or letter, then e-mail.',
     'measure': 'Customers won back, reasons given, revenue in the 90 days after.'},
    {'archetype': 'At risk', 'recency': [0, 0.4], 'frequency': [0.5, 1], 'monetary': [0.4, 1],
     'description': 'Bought more often than average, and have stayed away for longer.',
     'strategy': 'Bring them back before they are lost, starting with those who spent most.',
     'promotion': 'A reminder of what they liked, with an offer for a limited time.',
     'channel': 'E-mail, then ads shown only to them.',
     'measure': 'Orders of contacted customers against a control group, cost of each.'},
    {'archetype': 'Big spenders', 'recency': [0.25, 1], 'monetary': [0.6, 1], 'basket': [0.65, 1],
     'description': 'Larger orders than average, and more spent.',
     'strategy': 'Serve the big purchase well and give a reason for one in between.',
     'promotion': 'Premium ranges, sets and accessories, free delivery and advice.',
     'channel': 'Catalogue or e-mail with advice; phone calls for the largest.',
     'measure': 'Value of an order, time between orders, returns.'},
    {'archetype': 'Dormant big spenders', 'recency': [0, 0.25], 'frequency': [0, 0.5], 'monetary': [0.5, 1], 'basket': [0.65, 1],
     'description': 'Larger orders than average, but fewer of them, and none for a longer time.',
     'strategy': 'Ask for the next large purchase when it is due, not more often.',
     'promotion': 'What goes with the large purchase, or replaces it, with advice.',
     'channel': 'Letter or e-mail, only a few.',
     'measure': 'Customers who order again, value of that order.'},
    {'archetype': 'Bargain hunters', 'basket': [0, 0.45], 'discount': [0.6, 1],
     'description': 'Smaller orders than average, with more discount.',
     'strategy': 'Sell to them at a profit: clear stock, raise the basket, protect the margin.',
     'promotion': 'Thresholds and multi-buys instead of percentages; clearance first.',
     'channel': 'App messages and a sale newsletter.',
     'measure': 'Margin after discount, value of an order, share bought at full price.'},
    {'archetype': 'Small-basket regulars', 'recency': [0.35, 1], 'frequency': [0.5, 1], 'basket': [0, 0.4],
     'description': 'Order more often than average, but less each time.',
     'strategy': 'Raise the basket while they are there.',
     'promotion': 'Free delivery from slightly above their usual amount, add-ons at the checkout.',
     'channel': 'App and shop.',
     'measure': 'Value of an order, units per order.'},
    {'archetype': 'Core customers', 'recency': [0.3, 0.75], 'frequency': [0.4, 0.75], 'monetary': [0.4, 0.75],
     'description': 'The dependable middle of all customers.',
     'strategy': 'Move them up one step: the next order sooner, one more category, a fuller basket.',
     'promotion': 'Bundles with a second category, a reward for an order within the month.',
     'channel': 'E-mail and app.',
     'measure': 'Orders per year, categories per customer, moves to Loyal.'},
    {'archetype': 'Potential loyalists', 'recency': [0.5, 1], 'frequency': [0.35, 0.7], 'monetary': [0.3, 0.75],
     'description': 'Active customers around the middle, who can become loyal.',
     'strategy': 'Build the habit: prompt the next order soon after the last.',
     'promotion': 'Recommendations that match the last order, membership with a first reward.',
     'channel': 'E-mail after the order, app.',
     'measure': 'Time to the next order, share with five orders or more.'},
    {'archetype': 'New', 'recency': [0.55, 1], 'frequency': [0, 0.45], 'tenure': [0, 0.4],
     'description': 'Ordered for the first time more recently than average.',
     'strategy': 'Welcome them and win the second order within weeks.',
     'promotion': 'Welcome series, help with the first purchase, a small reward for the second.',
     'channel': 'E-mail series, app.',
     'measure': 'Share with a second order within 60 days.'},
    {'archetype': 'Need attention', 'recency': [0.2, 0.55], 'frequency': [0.3, 0.65], 'monetary': [0.3, 0.75],
     'description': 'Ordinary customers, who have not ordered for a while.',
     'strategy': 'Catch them before they are at risk: say something relevant now.',
     'promotion': 'News in the categories that they bought, a modest offer with an end date.',
     'channel': 'E-mail.',
     'measure': 'Share with an order in the next 60 days against a control group.'},
    {'archetype': 'Occasional', 'recency': [0.3, 1], 'frequency': [0, 0.45], 'monetary': [0, 0.6],
     'description': 'Still order, but less often than average.',
     'strategy': 'Be there for their occasions; do not pay for more.',
     'promotion': 'Seasons, gifts and reminders of the date of their last order.',
     'channel': 'Newsletter at low cost.',
     'measure': 'Orders in season, cost per message.'},
    {'archetype': 'Hibernating', 'recency': [0, 0.45], 'frequency': [0, 0.5], 'monetary': [0, 0.5],
     'description': 'Bought less than average, less often, and longer ago.',
     'strategy': 'Include them in broad offers and spend nothing else on them.',
     'promotion': 'The seasonal sale and bestsellers.',
     'channel': 'Newsletter, seldom.',
     'measure': 'Customers reactivated, complaints and unsubscriptions.'},
    {'archetype': 'Lost', 'recency': [0, 0.25], 'frequency': [0, 0.35], 'monetary': [0, 0.4],
     'description': 'Ordered less often than average, spent less, and have been away for longer.',
     'strategy': 'One attempt to win them back, then leave them alone.',
     'promotion': 'One strong offer with an end date.',
     'channel': 'One e-mail.',
     'measure': 'Customers won back, cost of each; addresses that can be deleted.'},
    {'archetype': 'Other',
     'description': 'Customers whom no other archetype fits.',
     'strategy': 'Address what sets them apart, and test it against a control group before spending more.',
     'promotion': none,
     'channel': none,
     'measure': 'Response of contacted customers against a control group.'}
  ]) -}}
{% endmacro %}

{#- What an archetype may bound, in order. Each is the mean share of customers, 0 to 1, whom a segment's
    customers exceed in a feature (segment/core/playbook.py); in recency the latest order is at 1. -#}
{% macro playbook_measures() %}
  {{- return(['recency', 'frequency', 'monetary', 'basket', 'discount', 'tenure']) -}}
{% endmacro %}

{#- The playbook as rows of (position, archetype, the texts, the bounds), every bound filled in: that of
    the variable `segment_playbook`, or the usual one. -#}
{% macro playbook_query() %}
{%- set measures = warehouse_segmentation.playbook_measures() -%}
{%- set texts = warehouse_segmentation.playbook_texts() -%}
{%- set config = var('segment_playbook', none) -%}
{%- if config is none -%}
{%- for one in warehouse_segmentation.playbook_definitions() %}
select
    {{ loop.index }} as position,
    {{ warehouse_segmentation.text_literal(one.archetype) }} as archetype,
    {%- for text in texts %}
    {{ warehouse_segmentation.text_literal(one[text]) if one[text] else 'null' }} as {{ text }},
    {%- endfor %}
    {%- for measure in measures %}
    {{ one.get(measure, [0, 1])[0] }} as {{ measure }}_min,
    {{ one.get(measure, [0, 1])[1] }} as {{ measure }}_max{{ ',' if not loop.last }}
    {%- endfor %}
{{ 'union all' if not loop.last }}
{%- endfor %}
{%- else -%}
{%- set relation = warehouse_segmentation.relation_of(config, 'segment_playbook') -%}
{%- set present = [] -%}
{%- if execute and not warehouse_segmentation.relation_is_missing(relation) -%}
  {%- do present.extend(warehouse_segmentation.query_columns('select * from ' ~ relation) | map(attribute='name') | map('lower')) -%}
{%- endif %}
select
    {{ 'position' if 'position' in present else 'row_number() over (order by archetype)' }} as position,
    trim(cast(archetype as string)) as archetype,
    {%- for text in texts %}
    {{ text if text in present else 'null' }} as {{ text }},
    {%- endfor %}
    {%- for measure in measures %}
    {{ 'coalesce(' ~ measure ~ '_min, 0)' if measure ~ '_min' in present else 0 }} as {{ measure }}_min,
    {{ 'coalesce(' ~ measure ~ '_max, 1)' if measure ~ '_max' in present else 1 }} as {{ measure }}_max{{ ',' if not loop.last }}
    {%- endfor %}
from {{ relation }}
{%- endif -%}
{% endmacro %}

{#- The text columns of the playbook, in order. -#}
{% macro playbook_texts() %}
  {{- return(['description', 'strategy', 'promotion', 'channel', 'measure']) -}}
{% endmacro %}

{#- Fails with one sentence when the relation of a project's own playbook cannot be used. -#}
{% macro check_playbook() %}
  {%- set config = var('segment_playbook', none) -%}
  {%- if execute and config is not none -%}
    {%- set relation = warehouse_segmentation.relation_of(config, 'segment_playbook') -%}
    {%- for key in config if key not in ['ref', 'source', 'relation'] -%}
      {%- do warehouse_segmentation.fail('segment_playbook.' ~ key, 'is not known here; use ref, source or relation') -%}
    {%- endfor -%}
    {%- if warehouse_segmentation.relation_exists(relation, config, 'segment_playbook') -%}
      {%- set bounds = [] -%}
      {%- for measure in warehouse_segmentation.playbook_measures() -%}{%- do bounds.extend([measure ~ '_min', measure ~ '_max']) -%}{%- endfor -%}
      {%- set types = {} -%}
      {%- for column in warehouse_segmentation.query_columns('select * from ' ~ relation) -%}{%- do types.update({column.name | lower: column.type}) -%}{%- endfor -%}
      {%- for name in ['archetype', 'strategy'] if name not in types -%}
        {%- do warehouse_segmentation.fail('segment_playbook', relation ~ " has no column '" ~ name ~ "'; it has " ~ types.keys() | join(', ')) -%}
      {%- endfor -%}
      {%- if bounds | select('in', types) | list | length == 0 -%}
        {%- do warehouse_segmentation.fail('segment_playbook', relation ~ ' has no column that bounds a measure, such as recency_min; there are ' ~ bounds | join(', ')) -%}
      {%- endif -%}
      {%- for name in ['position'] + bounds if name in types and warehouse_segmentation.type_family(types[name]) != 'number' -%}
        {%- do warehouse_segmentation.fail('segment_playbook', "column '" ~ name ~ "' of " ~ relation ~ ' must be a number, but is of type ' ~ types[name]) -%}
      {%- endfor -%}
      {%- do warehouse_segmentation.check_playbook_rows(relation) -%}
    {%- endif -%}
  {%- endif -%}
{% endmacro %}

{#- The part of check_playbook that looks at the archetypes: each has a name and a unique position, and bounds that a
    segment can meet. -#}
{% macro check_playbook_rows(relation) %}
  {%- set problems = ["when coalesce(archetype, '') = '' then 'an archetype without a name'",
                      "when position is null then 'no position for ' || archetype",
                      "when count(*) over (partition by lower(archetype)) > 1 then 'the archetype ' || archetype || ' twice'",
                      "when count(*) over (partition by position) > 1 then 'two archetypes of one position, one of them ' || archetype"] -%}
  {%- for measure in warehouse_segmentation.playbook_measures() -%}
    {%- do problems.append('when ' ~ measure ~ '_min < 0 or ' ~ measure ~ "_max > 1 then 'a bound of " ~ measure
          ~ " outside 0 to 1 (the share of customers) for ' || archetype") -%}
    {%- do problems.append('when ' ~ measure ~ '_min > ' ~ measure ~ "_max then 'a " ~ measure ~ '_min above the ' ~ measure ~ "_max for ' || archetype") -%}
  {%- endfor -%}
  {%- set found = run_query('select min(problem) from (select case ' ~ problems | join(' ') ~ ' end as problem from ('
        ~ warehouse_segmentation.playbook_query() ~ ') as playbook) as judged').rows[0] -%}
  {%- if found[0] -%}
    {%- do warehouse_segmentation.fail('segment_playbook', relation ~ ' has ' ~ found[0]) -%}
  {%- endif -%}
{% endmacro %}

{#- The feature that each measure of an archetype is read from, {measure: feature}, as in segment/core/playbook.py. -#}
{% macro playbook_features() %}
  {{- return({
    'recency': 'days_since_last_order', 'frequency': 'orders', 'monetary': 'net_revenue', 'basket': 'avg_order_value',
    'discount': 'discount_share', 'tenure': 'days_since_first_order'
  }) -}}
{% endmacro %}
