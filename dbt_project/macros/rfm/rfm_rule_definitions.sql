{#- The eleven usual groups as rules, in the order in which they are tried: recency against the sum of the
    frequency and the monetary score. Bounds that are left out are open. -#}
{% macro rfm_rule_definitions() %}
  {{- return([
    {'rfm_segment': 'Champions', 'recency': [5, 5], 'frequency_monetary': [8, 10],
     'description': 'Bought just now, buy often and spend most.',
     'advice': 'Reward them, show them what is new first, ask them for reviews.'},
    {'rfm_segment': 'Loyal', 'recency': [3, 5], 'frequency_monetary': [8, 10],
     'description': 'Buy often and spend much, not long ago.',
     'advice': 'Offer them better products, and the loyalty programme.'},
    {'rfm_segment': 'Potential loyalist', 'recency': [4, 5], 'frequency_monetary': [5, 7],
     'description': 'Recent customers who came more than once or spent a fair amount.',
     'advice': 'Recommend related products, invite them to the loyalty programme.'},
    {'rfm_segment': 'New', 'recency': [5, 5], 'frequency_monetary': [2, 4],
     'description': 'Bought just now, but hardly ever before, and little.',
     'advice': 'Welcome them, help them with the first purchase, prompt a second.'},
    {'rfm_segment': 'Promising', 'recency': [4, 4], 'frequency_monetary': [2, 4],
     'description': 'Bought lately, but hardly ever, and little.',
     'advice': 'Stay in touch, give them a small reason to come back.'},
    {'rfm_segment': 'Need attention', 'recency': [3, 3], 'frequency_monetary': [6, 7],
     'description': 'Average or better in every score, but not lately.',
     'advice': 'Make an offer for a limited time, based on what they bought.'},
    {'rfm_segment': 'About to sleep', 'recency': [3, 3],
     'description': 'Below average in frequency and spend, and not lately.',
     'advice': 'Remind them, show what is popular, before they are lost.'},
    {'rfm_segment': 'Cannot lose them', 'recency': [1, 1], 'frequency_monetary': [9, 10],
     'description': 'Were among the best customers and have not bought for longest.',
     'advice': 'Call or write to them in person, find out what went wrong.'},
    {'rfm_segment': 'At risk', 'recency': [1, 2], 'frequency_monetary': [6, 10],
     'description': 'Bought often or spent much, but long ago.',
     'advice': 'Write to them personally, make an offer that brings them back.'},
    {'rfm_segment': 'Lost', 'recency': [1, 1], 'frequency_monetary': [2, 3],
     'description': 'Lowest in all scores.',
     'advice': 'One attempt to win them back; otherwise leave them alone.'},
    {'rfm_segment': 'Hibernating', 'recency': [1, 2], 'frequency_monetary': [2, 5],
     'description': 'Bought long ago, seldom, and little.',
     'advice': 'Include them in broad offers, spend nothing else on them.'}
  ]) -}}
{% endmacro %}
