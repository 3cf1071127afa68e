{#- The part of check_rfm_rules that looks at the rules: each can be told apart and can fit, and no
    combination of scores is left without one. -#}
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
