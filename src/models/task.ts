/** Whether labels are independent (tagging, sigmoid) or exclusive (classification, softmax). */
export type Task = 'tagging' | 'classification';
