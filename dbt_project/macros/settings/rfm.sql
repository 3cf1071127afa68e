{#- What a rule of rfm_rules may bound: score -> [smallest, largest] value it takes. frequency_monetary is
    the sum of the frequency and the monetary score. -#}
{% macro rfm_bounds() %}
  {{- return({'recency': [1, 5], 'frequency': [1, 5], 'monetary': [1, 5], 'frequency_monetary': [2, 10]}) -}}
{% endmacro %}

{#- Every combination of the three scores, and the rule that decides it: the first by priority of those that
    fit, NULL where none does. `rules` is a relation, a CTE or a query in brackets. -#}
{% macro rfm_combinations(rules) %}
    select
        recency_score,
        frequency_score,
        monetary_score,
        priority,
        rfm_segment
    from (
        select
            combinations.recency_score,
            combinations.frequency_score,
            combinations.monetary_score,
            rules.priority,
            rules.rfm_segment,
            row_number() over (
                partition by combinations.recency_score, combinations.frequency_score, combinations.monetary_score
                order by rules.priority
            ) as place

        from (
            select recency_score, frequency_score, monetary_score
            from (values (1), (2), (3), (4), (5)) as recencies (recency_score)
            cross join (values (1), (2), (3), (4), (5)) as frequencies (frequency_score)
            cross join (values (1), (2), (3), (4), (5)) as monetaries (monetary_score)
        ) as combinations
        left join {{ rules }} as rules
            on combinations.recency_score between rules.recency_min and rules.recency_max
            and combinations.frequency_score between rules.frequency_min and rules.frequency_max
            and combinations.monetary_score between rules.monetary_min and rules.monetary_max
            and combinations.frequency_score + combinations.monetary_score
                between rules.frequency_monetary_min and rules.frequency_monetary_max
    ) as ranked
    where place = 1
{% endmacro %}

{#- The eleven usual groups as rules, in the order in which they are tried: recency against the sum of the
    frequency and the monetary score. Bounds that are left out are open. -#}
{% macro rfm_rule_definitions() %}
  {{- return([
    {'rfm_segment': 'Champions', 'recency': [5, 5], 'frequency_monetary': [8, 10],
     'description': 'Bought very recently, buy often and spend most.',
     'advice': 'Reward them, show them new products first, ask them for reviews.'},
    {'rfm_segment': 'Loyal', 'recency': [3, 5], 'frequency_monetary': [8, 10],
     'description': 'Buy often, spend a lot, and bought not long ago.',
     'advice': 'Offer them better products, and the loyalty programme.'},
    {'rfm_segment': 'Potential loyalist', 'recency': [4, 5], 'frequency_monetary': [5, 7],
     'description': 'Recent customers who came more than once or spent a fair amount.',
     'advice': 'Recommend related products, invite them to the loyalty programme.'},
    {'rfm_segment': 'New', 'recency': [5, 5], 'frequency_monetary': [2, 4],
     'description': 'Bought very recently, but hardly ever before, and little.',
     'advice': 'Welcome them, help them with the first purchase, prompt a second.'},
    {'rfm_segment': 'Promising', 'recency': [4, 4], 'frequency_monetary': [2, 4],
     'description': 'Bought recently, but hardly ever, and little.',
     'advice': 'Stay in touch, give them a small reason to come back.'},
    {'rfm_segment': 'Need attention', 'recency': [3, 3], 'frequency_monetary': [6, 7],
     'description': 'Average or better in every score, but not recent.',
     'advice': 'Make a limited-time offer based on what they bought.'},
    {'rfm_segment': 'About to sleep', 'recency': [3, 3],
     'description': 'Below average in frequency and spend, and not recent.',
     'advice': 'Remind them, show what is popular, before they are lost.'},
    {'rfm_segment': 'Cannot lose them', 'recency': [1, 1], 'frequency_monetary': [9, 10],
     'description': 'Were among the best customers, but have not bought for the longest time.',
     'advice': 'Call or write to them in person, find out what went wrong.'},
    {'rfm_segment': 'At risk', 'recency': [1, 2], 'frequency_monetary': [6, 10],
     'description': 'Bought often or spent a lot, but long ago.',
     'advice': 'Write to them personally, make an offer that brings them back.'},
    {'rfm_segment': 'Lost', 'recency': [1, 1], 'frequency_monetary': [2, 3],
     'description': 'Lowest in all scores.',
     'advice': 'One attempt to win them back; otherwise leave them alone.'},
    {'rfm_segment': 'Hibernating', 'recency': [1, 2], 'frequency_monetary': [2, 5],
     'description': 'Bought long ago, seldom, and little.',
     'advice': 'Include them in broad offers, spend nothing else on them.'}
  ]) -}}
{% endmacro %}

{#- The rules as rows of (priority, rfm_segment, the bounds, description, advice), every bound filled in:
    those of the variable `rfm_rules`, or the usual ones. -#}
{% macro rfm_rule_query() %}
{%- set bounds = warehouse_segmentation.rfm_bounds() -%}
{%- set config = var('rfm_rules', none) -%}
{%- if config is none -%}
{%- for rule in warehouse_segmentation.rfm_rule_definitions() %}
select
    {{ loop.index }} as priority,
    {{ warehouse_segmentation.text_literal(rule.rfm_segment) }} as rfm_segment,
    {%- for score, range in bounds.items() %}
    {{ rule.get(score, range)[0] }} as {{ score }}_min,
    {{ rule.get(score, range)[1] }} as {{ score }}_max,
    {%- endfor %}
    {{ warehouse_segmentation.text_literal(rule.description) }} as description,
    {{ warehouse_segmentation.text_literal(rule.advice) }} as advice
{{ 'union all' if not loop.last }}
{%- endfor %}
{%- else -%}
{%- set relation = warehouse_segmentation.relation_of(config, 'rfm_rules') -%}
{%- set present = [] -%}
{%- if execute and not warehouse_segmentation.relation_is_missing(relation) -%}
  {%- do present.extend(warehouse_segmentation.query_columns('select * from ' ~ relation) | map(attribute='name') | map('lower')) -%}
{%- endif %}
select
    priority,
    trim(cast(rfm_segment as string)) as rfm_segment,
    {%- for score, range in bounds.items() %}
    {%- for end in ['min', 'max'] %}
    {%- set column = score ~ '_' ~ end %}
    {{ 'coalesce(' ~ column ~ ', ' ~ range[loop.index0] ~ ')' if column in present else range[loop.index0] }} as {{ column }},
    {%- endfor %}
    {%- endfor %}
    {{ 'description' if 'description' in present else 'null' }} as description,
    {{ 'advice' if 'advice' in present else 'null' }} as advice
from {{ relation }}
{%- endif -%}
{% endmacro %}

{#- Fails with one sentence when the relation of a project's own RFM groups cannot be used. -#}
{% macro check_rfm_rules() %}
  {%- set config = var('rfm_rules', none) -%}
  {%- if execute and config is not none -%}
    {%- set relation = warehouse_segmentation.relation_of(config, 'rfm_rules') -%}
    {%- for key in config if key not in ['ref', 'source', 'relation'] -%}
      {%- do warehouse_segmentation.fail('rfm_rules.' ~ key, 'is not known here; use ref, source or relation') -%}
    {%- endfor -%}
    {%- if warehouse_segmentation.relation_exists(relation, config, 'rfm_rules') -%}
      {%- set bounds = [] -%}
      {%- for score in warehouse_segmentation.rfm_bounds() -%}{%- do bounds.extend([score ~ '_min', score ~ '_max']) -%}{%- endfor -%}
      {%- set types = {} -%}
      {%- for column in warehouse_segmentation.query_columns('select * from ' ~ relation) -%}{%- do types.update({column.name | lower: column.type}) -%}{%- endfor -%}
      {%- for name in ['priority', 'rfm_segment'] if name not in types -%}
        {%- do warehouse_segmentation.fail('rfm_rules', relation ~ " has no column '" ~ name ~ "'; it has " ~ types.keys() | join(', ')) -%}
      {%- endfor -%}
      {%- if bounds | select('in', types) | list | length == 0 -%}
        {%- do warehouse_segmentation.fail('rfm_rules', relation ~ ' has no column that bounds a score, such as recency_min; there are ' ~ bounds | join(', ')) -%}
      {%- endif -%}
      {%- for name in ['priority'] + bounds if name in types and warehouse_segmentation.type_family(types[name]) != 'number' -%}
        {%- do warehouse_segmentation.fail('rfm_rules', "column '" ~ name ~ "' of " ~ relation ~ ' must be a number, but is of type ' ~ types[name]) -%}
      {%- endfor -%}
      {%- do warehouse_segmentation.check_rfm_rows(relation) -%}
    {%- endif -%}
  {%- endif -%}
{% endmacro %}

{#- The part of check_rfm_rules that looks at the rules: each has a unique priority and can fit, and no combination of
    scores is left without a rule. -#}
{% macro check_rfm_rows(relation) %}
  {%- set rules = '(' ~ warehouse_segmentation.rfm_rule_query() ~ ')' -%}
  {%- set numbers = ['priority'] -%}
  {%- set problems = ["when priority is null then 'a rule without a priority'",
                      "when count(*) over (partition by priority) > 1 then 'two rules of priority ' || cast(priority as string)",
                      "when coalesce(rfm_segment, '') = '' then 'no rfm_segment in the rule of priority ' || cast(priority as string)"] -%}
  {%- for score in warehouse_segmentation.rfm_bounds() -%}
    {%- do numbers.extend([score ~ '_min', score ~ '_max']) -%}
    {%- do problems.append('when ' ~ score ~ '_min > ' ~ score ~ "_max then 'a " ~ score ~ '_min above the ' ~ score
          ~ "_max in the rule of priority ' || cast(priority as string)") -%}
  {%- endfor -%}
  {%- for name in numbers -%}
    {%- do problems.insert(0, 'when ' ~ name ~ ' <> floor(' ~ name ~ ") then 'a " ~ name ~ " that is not whole'") -%}
  {%- endfor -%}
  {%- set found = run_query('select min(problem) from (select case ' ~ problems | join(' ') ~ ' end as problem from ' ~ rules ~ ' as rules) as judged').rows[0] -%}
  {%- if found[0] -%}
    {%- do warehouse_segmentation.fail('rfm_rules', relation ~ ' has ' ~ found[0]) -%}
  {%- endif -%}
  {%- set uncovered = run_query(
        'select recency_score, frequency_score, monetary_score from (' ~ warehouse_segmentation.rfm_combinations(rules)
        ~ ') as decided where priority is null order by recency_score, frequency_score, monetary_score').rows -%}
  {%- if uncovered | length -%}
    {%- do warehouse_segmentation.fail('rfm_rules', 'no rule of ' ~ relation ~ ' covers recency_score ' ~ uncovered[0][0] ~ ', frequency_score '
          ~ uncovered[0][1] ~ ' and monetary_score ' ~ uncovered[0][2]
          ~ (', nor ' ~ (uncovered | length - 1) ~ ' other combinations' if uncovered | length > 1 else '')
          ~ '; a last rule without bounds catches the rest') -%}
  {%- endif -%}
{% endmacro %}
