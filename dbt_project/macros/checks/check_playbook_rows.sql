{#- The part of check_playbook that looks at the archetypes: each has a name and a position of its own, and
    bounds that a segment can meet. -#}
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
