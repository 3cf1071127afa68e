{#- Words that an engine does not take as the bare name of a column, though nothing else can be meant by
    them. A test tries them. -#}
{% macro reserved_words() %}
  {{- return('all analyse analyze and anti any array as asc asof asymmetric at authorization binary both by case cast check collate
        collation column concurrently constraint create cross default deferrable desc describe distinct do else end except fetch for
        foreign freeze from full glob grant group having ilike in initially inner intersect into is isnull join lambda lateral leading
        left like limit minus natural not notnull offset on only or order outer overlaps pivot pivot_longer pivot_wider placing
        positional primary qualify references returning right select semi setminus show similar some summarize symmetric table
        tablesample then to trailing union unique unpack unpivot using variadic verbose when where window with'.split()) -}}
{% endmacro %}
